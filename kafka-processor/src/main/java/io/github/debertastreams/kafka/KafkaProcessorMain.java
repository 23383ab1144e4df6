package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.schemas.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the processor of one properties file until SIGTERM, or until too many of its threads have failed. */
public final class KafkaProcessorMain {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static final Logger log = LoggerFactory.getLogger(KafkaProcessorMain.class);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);

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
        return run(file, NlpModel::open);
    }

    /** Runs until the JVM is told to stop; returns the exit status, having said in one line what was wrong. */
    static int run(Path file, Function<ModelOptions, TextModel> open) {
        try {
            KafkaProcessorConfig config = KafkaProcessorConfig.from(read(file));
            // opened here so that a bad model stops the start, and held so that a rebalance never reopens it
            config.rules().forEach(rule -> rule.output().check());
            try (OpenModels models = OpenModels.of(config.rules(), open)) {
                return stream(config, open);
            }
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
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        return properties;
    }

    private static int stream(KafkaProcessorConfig config, Function<ModelOptions, TextModel> open) {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicInteger failures = new AtomicInteger();
        KafkaStreams streams = new KafkaStreams(EnrichmentTopology.build(config, open), config.streams());
        streams.setUncaughtExceptionHandler(failure -> {
            int count = failures.incrementAndGet();
            if (count > config.maxThreadRestarts()) {
                log.error("a stream thread failed, {} failures so far: giving up", count, failure);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
            log.warn(
                    "a stream thread failed and is replaced, failure {} of at most {}",
                    count,
                    config.maxThreadRestarts(),
                    failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.setStateListener((now, before) -> {
            log.info("{} -> {}", before, now);
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                stopped.countDown();
            }
        });
        Thread stop = new Thread(() -> streams.close(STOP_DEADLINE), "deberta-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        streams.start();
        awaitUninterruptibly(stopped);
        boolean failed = failures.get() > config.maxThreadRestarts();
        if (failed) {
            streams.close(STOP_DEADLINE);
            Runtime.getRuntime().removeShutdownHook(stop);
        }
        return failed ? FAILED : OK;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
