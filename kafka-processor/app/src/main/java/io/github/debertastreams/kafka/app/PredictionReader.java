package io.github.debertastreams.kafka.app;

import io.github.debertastreams.model.cli.Progress;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.EntitiesResult;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.LabelScore;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what was committed, shows some of it as a table, and counts all of it. */
final class PredictionReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    /** After the last expected prediction, so long for one that should not come. */
    private static final Duration QUIET = Duration.ofMillis(700);

    private static final Duration STALLED = Duration.ofSeconds(30);
    private static final int ROWS_WITHOUT_A_TERMINAL = 16;
    private static final long ROW_INTERVAL_NANOS = Duration.ofMillis(100).toNanos();
    private static final int INTENT_WIDTH = 48;

    private final KafkaConsumer<String, Prediction> consumer;
    private final SampleEvents events;
    private final int records;
    private final PrintWriter out;
    private final Progress progress;
    private final boolean terminal = Boolean.getBoolean("deberta.terminal");
    private final Map<String, Result> results = new HashMap<>();
    private final Histogram latencies = new Histogram(3);
    private long predictions;
    private long duplicated;
    private long errors;
    private double batches;
    private long firstSentMillis = Long.MAX_VALUE;
    private long lastReadMillis;
    private int rows;
    private long rowAt;

    /** The two predictions of one event, as they arrive. */
    private static final class Result {
        @Nullable
        Prediction intent;

        @Nullable
        Prediction entities;
    }

    PredictionReader(String bootstrapServers, SampleEvents events, int records, PrintWriter out) {
        this.events = events;
        this.records = records;
        this.out = out;
        this.progress = new Progress(out, "predictions");
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                "deberta-demo-reader",
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false");
        this.consumer = new KafkaConsumer<>(
                config, new StringDeserializer(), KafkaSerdes.predictions().deserializer());
        consumer.subscribe(List.of(DemoCommand.INTENTS, DemoCommand.ENTITIES));
    }

    /** Reads until every event has its two predictions, or nothing has come for long; then prints the summary. */
    boolean readAll() {
        out.printf(
                "%n  %-" + INTENT_WIDTH + "s %5s  %s%n", "INTENT", "SCORE", "TEXT, with [personal data|TYPE] marked");
        long deadline = System.nanoTime() + STALLED.toNanos();
        while (complete() < 2L * records && System.nanoTime() < deadline) {
            if (poll(POLL)) {
                deadline = System.nanoTime() + STALLED.toNanos();
            }
        }
        long quiet = System.nanoTime() + QUIET.toNanos();
        while (System.nanoTime() < quiet) {
            poll(POLL);
        }
        progress.close();
        long lost = 2L * records - complete();
        summarize(lost);
        return lost == 0 && duplicated == 0;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private long complete() {
        return predictions - duplicated;
    }

    private boolean poll(Duration wait) {
        boolean any = false;
        for (ConsumerRecord<String, Prediction> record : consumer.poll(wait)) {
            accept(record);
            any = true;
        }
        if (any) {
            progress.at(predictions);
            out.flush();
        }
        return any;
    }

    private void accept(ConsumerRecord<String, Prediction> record) {
        Prediction prediction = record.value();
        Result result = results.computeIfAbsent(prediction.getId(), id -> new Result());
        boolean isIntent = record.topic().equals(DemoCommand.INTENTS);
        predictions++;
        if ((isIntent ? result.intent : result.entities) != null) {
            duplicated++;
            return;
        }
        if (isIntent) {
            result.intent = prediction;
        } else {
            result.entities = prediction;
        }
        errors += prediction.getResult() instanceof PredictionError ? 1 : 0;
        if (prediction.getTimings() != null) {
            batches += 1.0 / prediction.getTimings().getBatchSize();
        }
        lastReadMillis = System.currentTimeMillis();
        firstSentMillis = Math.min(firstSentMillis, record.timestamp());
        latencies.recordValue(Math.max(0, lastReadMillis - record.timestamp()));
        if (result.intent != null && result.entities != null) {
            show(prediction.getId(), result.intent, result.entities);
        }
    }

    private void show(String id, Prediction intent, Prediction entities) {
        long now = System.nanoTime();
        boolean shown = terminal ? now - rowAt >= ROW_INTERVAL_NANOS : rows < ROWS_WITHOUT_A_TERMINAL;
        if (!shown) {
            return;
        }
        rowAt = now;
        rows++;
        progress.close();
        String text = events.event(Integer.parseInt(id.substring(id.indexOf('-') + 1)))
                .getText();
        String marked = entities.getResult() instanceof EntitiesResult found
                ? MarkedText.of(text, found.getEntities(), terminal)
                : text;
        if (intent.getResult() instanceof ClassificationResult classified) {
            LabelScore best = classified.getLabels().get(0);
            out.printf(
                    "  %-" + INTENT_WIDTH + "s %5.2f  %s%n",
                    best.getLabel(),
                    best.getScore(),
                    MarkedText.oneLine(marked));
        } else {
            out.printf("  %-" + INTENT_WIDTH + "s        %s%n", "(error)", MarkedText.oneLine(marked));
        }
    }

    private void summarize(long lost) {
        double seconds = Math.max(1e-3, (lastReadMillis - firstSentMillis) / 1e3);
        if (!terminal && records > rows) {
            out.printf("  … and %,d more%n", records - rows);
        }
        out.printf("%nrecords in        %,d%n", records);
        out.printf(
                "predictions out   %,d  (intent and personal data for each record; %,d of them errors)%n",
                predictions, errors);
        out.printf("lost              %,d%n", lost);
        out.printf("duplicated        %,d%n", duplicated);
        out.printf("records/s         %,.0f%n", complete() / 2.0 / seconds);
        out.printf("mean batch        %.1f%n", batches == 0 ? 0 : complete() / batches);
        out.printf(
                "latency           p50 %d ms, p99 %d ms, from send to committed prediction read%n",
                latencies.getValueAtPercentile(50), latencies.getValueAtPercentile(99));
        out.flush();
    }
}
