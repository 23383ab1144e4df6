package io.github.debertastreams.kafka;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.rules.SourceUnavailableException;
import io.github.debertastreams.schemas.ModelInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Gives the model the texts of records as soon as they have been polled, before their turn, so that a record's prediction is there, or
 * nearly, when the topology reads the record. A task then waits for each record in its turn and has none pending when it commits: a
 * commit waits for nothing, and the model goes on meanwhile.
 *
 * <p>What is read ahead is only a guess. A record whose turn never comes, after a rebalance for instance, was read in vain; one that
 * arrives with another text than was read ahead is read again.
 *
 * <p>Each stream thread has its own records: it polls them, and takes them.
 */
final class Lookahead {

    /** The key by which the consumers' {@link LookaheadInterceptor} finds those to tell, of the type {@code List<Lookahead>}. */
    static final String LOOKAHEADS = "deberta.lookaheads";

    private static final long NO_TURN = -1;

    private final String topic;
    private final Function<ConsumerRecord<byte[], byte[]>, @Nullable SourceText> extractor;
    private final ThreadLocal<Mine> mine = ThreadLocal.withInitial(Mine::new);

    /** A thread's records. */
    private static final class Mine {
        private final Map<TopicPartition, Polled> partitions = new HashMap<>();
        /** The partition with a record whose source was not there: until its turn, nothing is read ahead that may ask for it again. */
        private @Nullable Polled unavailable;

        Polled of(TopicPartition partition) {
            return partitions.computeIfAbsent(partition, key -> new Polled());
        }
    }

    /** What a model made of a text. */
    record Reading(ModelInfo model, Outcome outcome) {

        static CompletableFuture<Reading> of(TextInput input, PredictionService service) {
            return service.submit(input, (model, outcome) -> new Reading(ModelInfo.of(model), outcome));
        }
    }

    /** A record that was given to the model. */
    private record Ahead(long offset, TextInput input, CompletableFuture<Reading> reading) {}

    /** One partition's records that are still to come, in their order: those that the model has, and those behind them. */
    private static final class Polled {
        private final ArrayDeque<Ahead> ahead = new ArrayDeque<>();
        private final ArrayDeque<ConsumerRecord<byte[], byte[]>> behind = new ArrayDeque<>();
        private long last = -1;
        /** Null until the partition's task is there. */
        private @Nullable PredictionService service;

        private int limit;

        /** Forgets the records before an offset. */
        void leaveBehind(long offset) {
            while (!behind.isEmpty() && behind.element().offset() < offset) {
                behind.remove();
            }
            while (!ahead.isEmpty() && ahead.element().offset < offset) {
                ahead.remove();
            }
        }
    }

    /** Of a topic; the extractor is the topology's, but asks nobody. */
    Lookahead(String topic, Function<ConsumerRecord<byte[], byte[]>, @Nullable SourceText> extractor) {
        this.topic = topic;
        this.extractor = extractor;
    }

    /** Has the consumers of a {@code KafkaStreams} with these settings tell of the records that they poll. */
    void register(Properties streams) {
        String key = StreamsConfig.mainConsumerPrefix(LOOKAHEADS);
        List<Object> all = new ArrayList<>();
        if (streams.get(key) instanceof List<?> before) {
            all.addAll(before);
        }
        all.add(this);
        streams.put(key, all);
        addInterceptor(streams);
    }

    /** Beside those that are there, of which Kafka takes the most special setting alone. */
    private static void addInterceptor(Properties streams) {
        String special = StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
        Set<String> classes = new LinkedHashSet<>();
        for (String key : List.of(
                special,
                StreamsConfig.consumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG)) {
            Object given = streams.get(key);
            if (given instanceof Collection<?> list) {
                list.forEach(each -> classes.add(each instanceof Class<?> type ? type.getName() : each.toString()));
                break;
            }
            if (given != null) {
                classes.addAll(Arrays.asList(given.toString().split(" *, *")));
                break;
            }
        }
        classes.add(LookaheadInterceptor.class.getName());
        streams.put(special, String.join(",", classes));
    }

    /**
     * This thread has a task for a partition now, until it {@link #forget}s it.
     *
     * @param limit how many of its records the model is given at a time
     */
    void assigned(int partition, PredictionService service, int limit) {
        Polled assigned = mine.get().of(new TopicPartition(topic, partition));
        assigned.service = service;
        assigned.limit = limit;
    }

    /** Records that this thread has polled. */
    void polled(Iterable<ConsumerRecord<byte[], byte[]>> polled) {
        Mine records = mine.get();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            if (record.topic().equals(topic)) {
                add(records, record);
            }
        }
        for (Polled partition : records.partitions.values()) {
            readAhead(records, partition, NO_TURN);
        }
    }

    private void add(Mine records, ConsumerRecord<byte[], byte[]> record) {
        Polled partition = records.of(new TopicPartition(topic, record.partition()));
        if (record.offset() <= partition.last) { // read again from an earlier place
            partition.ahead.clear();
            partition.behind.clear();
            available(records, partition);
        }
        partition.last = record.offset();
        partition.behind.add(record);
    }

    /** The reading of a record in its turn; null where it was not read ahead, or was another text then. */
    @Nullable
    CompletableFuture<Reading> take(TopicPartition from, long offset, TextInput input) {
        Mine records = mine.get();
        Polled partition = records.partitions.get(from);
        if (partition == null) {
            return null;
        }
        partition.leaveBehind(offset);
        readAhead(records, partition, offset);
        Ahead first = partition.ahead.peek();
        if (first == null || first.offset != offset) {
            return null;
        }
        partition.ahead.remove();
        return first.input.equals(input) ? first.reading : null;
    }

    /** The turn of a record that has no text to read is over: what comes behind it is read ahead. */
    void passOver(TopicPartition from, long offset) {
        Mine records = mine.get();
        Polled partition = records.partitions.get(from);
        if (partition != null) {
            ConsumerRecord<byte[], byte[]> next = partition.behind.peek();
            partition.leaveBehind(offset + 1);
            if (next != null && next.offset() <= offset) { // if one was unavailable in this partition, it was this one
                available(records, partition);
            }
            readAhead(records, partition, NO_TURN);
        }
    }

    private void readAhead(Mine records, Polled partition, long turn) {
        PredictionService service = partition.service;
        while (service != null && partition.ahead.size() < partition.limit && !partition.behind.isEmpty()) {
            ConsumerRecord<byte[], byte[]> next = partition.behind.element();
            if (records.unavailable != null && next.offset() > turn) {
                return;
            }
            SourceText source;
            try {
                source = extractor.apply(next);
            } catch (SourceUnavailableException e) {
                records.unavailable = partition;
                return;
            } catch (RuntimeException e) { // as will this one's
                source = null;
            }
            partition.behind.remove();
            if (next.offset() == turn) { // if one was unavailable in this partition, it was this one
                available(records, partition);
            }
            if (source != null) {
                partition.ahead.add(new Ahead(next.offset(), source.input(), Reading.of(source.input(), service)));
            }
        }
    }

    /** How many records of a partition the model has been given before their turn. */
    int ahead(TopicPartition of) {
        Polled partition = mine.get().partitions.get(of);
        return partition == null ? 0 : partition.ahead.size();
    }

    /** What this thread has polled of a partition that is no longer its own. */
    void forget(int partition) {
        Mine records = mine.get();
        Polled gone = records.partitions.remove(new TopicPartition(topic, partition));
        if (gone != null) {
            available(records, gone);
        }
    }

    private static void available(Mine records, Polled partition) {
        if (records.unavailable == partition) {
            records.unavailable = null;
        }
    }
}
