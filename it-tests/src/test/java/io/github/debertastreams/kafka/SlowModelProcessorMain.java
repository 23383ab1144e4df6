package io.github.debertastreams.kafka;

import java.nio.file.Path;

/** The real main program on a model that is slow in a known way. */
public final class SlowModelProcessorMain {

    private SlowModelProcessorMain() {}

    public static void main(String[] args) {
        System.exit(KafkaProcessorMain.run(Path.of(args[0]), options -> new SlowEchoModel()));
    }
}
