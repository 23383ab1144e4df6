package io.github.debertastreams.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The obvious way to batch in Kafka Streams, and a lossy one: a list that is emptied when it is full, and by a punctuator. A commit
 * covers records that are still in the list. {@code -Dnaive.linger.ms} is how long they may be there.
 */
public final class NaiveProcessorMain {

    /** Of each task. */
    public static final int BATCH = 97;

    private static final Duration LINGER = Duration.ofMillis(Long.getLong("naive.linger.ms", 500));

    private NaiveProcessorMain() {}

    public static void main(String[] args) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
            properties.load(in);
        }
        KafkaProcessorConfig config = KafkaProcessorConfig.from(properties);
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(config.rules().get(0).input().topic(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .process(NaiveProcessor::new)
                .to(
                        config.rules().get(0).output().topic(),
                        Produced.with(Serdes.ByteArray(), KafkaSerdes.predictions()));
        KafkaStreams streams = new KafkaStreams(builder.build(), config.streams());
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static final class NaiveProcessor implements Processor<byte[], byte[], byte[], Prediction> {

        private final FakeModel model = SlowModelProcessorMain.slowEcho(1);
        private final PredictionMapper mapper = new PredictionMapper(ModelInfo.of(model));
        private final List<Record<byte[], byte[]>> buffer = new ArrayList<>();
        private @Nullable ProcessorContext<byte[], Prediction> context;

        @Override
        public void init(ProcessorContext<byte[], Prediction> processorContext) {
            context = processorContext;
            processorContext.schedule(LINGER, PunctuationType.WALL_CLOCK_TIME, timestamp -> forwardAll());
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            buffer.add(record);
            if (buffer.size() >= BATCH) {
                forwardAll();
            }
        }

        private void forwardAll() {
            if (buffer.isEmpty() || context == null) {
                return;
            }
            List<EncodedInput> inputs = buffer.stream()
                    .map(record -> model.encode(TextInput.of(new String(record.value(), UTF_8))))
                    .toList();
            List<SequenceLogits> logits = model.infer(
                    inputs.stream().map(input -> input.sequences().get(0)).toList());
            for (int i = 0; i < inputs.size(); i++) {
                Record<byte[], byte[]> record = buffer.get(i);
                EncodedInput input = inputs.get(i);
                Outcome outcome = new Outcome.Predicted(
                        model.decode(input, List.of(logits.get(i))),
                        input.tokens(),
                        false,
                        new Outcome.Timings(0, 0, 0, BATCH));
                context.forward(
                        record.withValue(mapper.toAvro(new String(record.key(), UTF_8), outcome, Instant.now())));
            }
            buffer.clear();
        }
    }
}
