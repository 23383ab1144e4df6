package io.github.debertastreams.kafka;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.schemas.registry.RegistryException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Runs the processor of one properties file until SIGTERM, or until too many of its threads have failed. */
public final class KafkaProcessorMain {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private KafkaProcessorMain() {}

    public static void main(String[] args) {
        if (args.length != 1) {
            System.err.println("deberta kafka: expected one argument, a properties file");
            System.exit(WRONG_USAGE);
        }
        System.exit(run(Path.of(args[0])));
    }

    /** Runs the processor of a properties file until the JVM is told to stop; returns the exit status. */
    public static int run(Path file) {
        return run(file, ModelSource.FILES);
    }

    /** Prints what a properties file comes to, without asking a broker, a model or a registry; returns the exit status. */
    public static int dryRun(Path file, Appendable out) {
        return orSay(file, () -> {
            Properties properties = read(file);
            out.append(DryRun.describe(properties, KafkaProcessorConfig.from(properties)));
            return OK;
        });
    }

    /** Runs until the JVM is told to stop; returns the exit status, having said in one line what was wrong. */
    static int run(Path file, ModelSource source) {
        return orSay(file, () -> {
            KafkaProcessorConfig config = KafkaProcessorConfig.from(read(file));
            try (OperationsServer server = OperationsServer.start(config.operations())) {
                config.rules().forEach(rule -> rule.output().check());
                return run(config, source, server);
            }
        });
    }

    private static int run(KafkaProcessorConfig config, ModelSource source, @Nullable OperationsServer server) {
        try (OpenModels models = OpenModels.of(config, source);
                StreamsRun run = StreamsRun.start(config, models, source, server)) {
            return run.await() ? OK : FAILED;
        }
    }

    private interface Action {
        int run() throws IOException;
    }

    private static int orSay(Path file, Action action) {
        try {
            return action.run();
        } catch (IllegalArgumentException | ModelException | RegistryException | IOException | KafkaException e) {
            System.err.println("deberta kafka: " + file + ": " + e.getMessage());
            return WRONG_USAGE;
        }
    }

    private static Properties read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("no such file");
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not in UTF-8", e);
        }
        return properties;
    }
}
