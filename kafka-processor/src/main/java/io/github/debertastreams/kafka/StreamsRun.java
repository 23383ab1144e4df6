package io.github.debertastreams.kafka;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topology that runs until SIGTERM or until too many of its threads have failed. */
final class StreamsRun implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StreamsRun.class);

    private final KafkaStreams streams;
    private final Operations operations;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicInteger failures = new AtomicInteger();
    private final Thread stop;

    private StreamsRun(KafkaStreams streams, Operations operations) {
        this.streams = streams;
        this.operations = operations;
        this.stop = new Thread(this::stop, "deberta-stop");
    }

    /** @param server told of the state and the metrics; null: there is none */
    static StreamsRun start(
            KafkaProcessorConfig config, OpenModels models, ModelSource source, @Nullable OperationsServer server) {
        Properties streams = config.copyOfStreams();
        Topology topology = EnrichmentTopology.build(config, source.open(), models.maxPending(), streams);
        StreamsRun run =
                new StreamsRun(new KafkaStreams(topology, streams, DebertaProcessor.clients()), config.operations());
        try {
            run.start(models, server);
            return run;
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    private void start(OpenModels models, @Nullable OperationsServer server) {
        streams.setUncaughtExceptionHandler(this::afterFailure);
        streams.setStateListener((now, before) -> {
            log.info("{} -> {}", before, now);
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                stopped.countDown();
            }
        });
        if (server != null) {
            server.tell(
                    streams::state, () -> PrometheusText.of(streams.metrics().values(), models.services()));
        }
        Runtime.getRuntime().addShutdownHook(stop);
        streams.start();
    }

    /** Waits for the end; returns whether that was a stop, and not a failure. */
    boolean await() {
        boolean interrupted = false;
        while (stopped.getCount() > 0) {
            try {
                stopped.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failures.get() <= operations.maxThreadRestarts();
    }

    @Override
    public void close() {
        streams.close(operations.stopDeadline());
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            log.debug("the JVM stops already", e);
        }
    }

    private StreamThreadExceptionResponse afterFailure(Throwable failure) {
        int count = failures.incrementAndGet();
        if (count > operations.maxThreadRestarts()) {
            log.error("a stream thread failed, {} failures so far: giving up", count, failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        log.warn(
                "a stream thread failed and is replaced, failure {} of at most {}",
                count,
                operations.maxThreadRestarts(),
                failure);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** In the JVM's shutdown hook: finishes what is pending, commits and leaves, as far as the deadline allows. */
    private void stop() {
        Duration deadline = operations.stopDeadline();
        log.info("stopping within {} ms", deadline.toMillis());
        if (!streams.close(deadline)) {
            log.warn("not stopped after {} ms: what is not committed will be read again", deadline.toMillis());
        }
    }
}
