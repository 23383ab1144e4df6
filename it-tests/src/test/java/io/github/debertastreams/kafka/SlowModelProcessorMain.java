package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.TextModel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real main program, on a real model where its directory exists, or else on one that is slow in a known way. */
public final class SlowModelProcessorMain {

    private SlowModelProcessorMain() {}

    public static void main(String[] args) {
        System.exit(KafkaProcessorMain.run(Path.of(args[0]), SlowModelProcessorMain::open));
    }

    private static TextModel open(ModelOptions options) {
        return Files.isDirectory(options.model()) ? NlpModel.open(options) : new SlowEchoModel();
    }
}
