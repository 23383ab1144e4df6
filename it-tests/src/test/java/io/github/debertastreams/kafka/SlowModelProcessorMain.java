package io.github.debertastreams.kafka;

import io.github.debertastreams.model.FakeModel;
import java.nio.file.Path;

/** The real main program on a model that is slow in a known way. */
public final class SlowModelProcessorMain {

    private SlowModelProcessorMain() {}

    public static void main(String[] args) {
        System.exit(KafkaProcessorMain.run(Path.of(args[0]), new ModelSource(options -> slowEcho(), options -> "1")));
    }

    /** Classifies a text as itself, one millisecond per text. */
    static FakeModel slowEcho() {
        return FakeModel.echoing().whileInferring(texts -> {
            try {
                Thread.sleep(texts.size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
