package io.github.debertastreams.kafka;

import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import java.nio.file.Path;
import org.apache.kafka.common.utils.AppInfoParser;

/** The real main program on a model that is slow in a known way. */
public final class SlowModelProcessorMain {

    /** A model of this name takes ten times as long. */
    private static final String SLOWER = "slow-echo-10";

    private SlowModelProcessorMain() {}

    public static void main(String[] args) {
        System.out.println("Kafka " + AppInfoParser.getVersion()); // tests that bring other jars look for it
        System.exit(KafkaProcessorMain.run(
                Path.of(args[0]), new ModelSource(SlowModelProcessorMain::open, options -> "1")));
    }

    private static FakeModel open(ModelOptions options) {
        return slowEcho(options.model().endsWith(SLOWER) ? 10 : 1);
    }

    /** Classifies a text as itself, so many milliseconds per text. */
    static FakeModel slowEcho(int millis) {
        return FakeModel.echoing().whileInferring(texts -> {
            try {
                Thread.sleep((long) millis * texts.size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
