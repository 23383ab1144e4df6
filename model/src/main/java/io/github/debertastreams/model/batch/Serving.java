package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.PendingInput;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.BatchLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One opened model with its queue, its workers and its cache. A service has one after the other: see {@link PredictionService#swap}. */
final class Serving implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Serving.class);

    private final TextModel model;
    private final RequestQueue queue;
    private final OutcomeCache cache;
    private final ServiceStatistics statistics;
    private final List<Thread> workers = new ArrayList<>();

    Serving(ModelOptions options, TextModel model, ServiceStatistics statistics) {
        this.model = model;
        this.statistics = statistics;
        this.cache = new OutcomeCache(options.cacheRecords(), statistics);
        this.queue = new RequestQueue(
                new BatchLimits(options.maxBatchRecords(), options.maxBatchTokens()), options.linger());
        for (int i = 0; i < options.workers(); i++) {
            Thread worker = new Thread(this::work, "deberta-" + model.name() + "-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
    }

    TextModel model() {
        return model;
    }

    int queued() {
        return queue.size();
    }

    /**
     * Queues one input, encoded on the calling thread.
     *
     * @throws ServiceClosedException where this serves no more
     */
    CompletableFuture<Outcome> submit(TextInput input) {
        return cache.getOrCompute(input, () -> enqueue(input));
    }

    private CompletableFuture<Outcome> enqueue(TextInput input) {
        long start = System.nanoTime();
        PendingInput pending;
        try {
            pending = PendingInput.encode(model, input, start);
        } catch (ModelException e) {
            return Outcome.Rejected.causedBy(e)
                    .<CompletableFuture<Outcome>>map(CompletableFuture::completedFuture)
                    .orElseGet(() -> CompletableFuture.failedFuture(e));
        }
        Request request = new Request(pending);
        queue.add(request);
        return request.outcome();
    }

    /** What is queued fails, as nobody waits for it any more; what a batch has taken is served, and then the model is closed. */
    void abandon() {
        for (Request request : queue.abandon()) {
            request.outcome().completeExceptionally(new ServiceClosedException());
        }
        close();
    }

    /** What is queued is still served; then the model is closed. */
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        model.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        for (List<Part> batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
            try {
                run(batch);
            } catch (Throwable t) {
                // no memory even to say so: those who wait must not wait for ever, nor must this worker end
                batch.forEach(part -> part.request().outcome().completeExceptionally(t));
            }
        }
    }

    private void run(List<Part> parts) {
        long start = System.nanoTime();
        List<SequenceLogits> logits = List.of();
        Throwable failure = null;
        statistics.batchStarted();
        try {
            logits = model.infer(parts.stream().map(Part::encoding).toList());
        } catch (Throwable t) { // an Error too must reach those who wait, or they wait for ever
            failure = t;
        } finally {
            statistics.batchEnded(parts, System.nanoTime() - start);
        }
        if (failure != null) {
            log.debug("a batch of {} failed", parts.size(), failure);
            fail(parts, failure);
            return;
        }
        PendingInput.Batch batch = new PendingInput.Batch(start, System.nanoTime() - start, parts.size());
        // whoever waits for the first one, as hosts that keep the order do, is woken once and finds the others there
        for (int row = parts.size() - 1; row >= 0; row--) {
            CompletableFuture<Outcome> outcome = parts.get(row).request().outcome();
            try {
                Outcome complete = parts.get(row).put(logits.get(row), batch);
                if (complete != null) {
                    outcome.complete(complete);
                }
            } catch (Throwable t) {
                settle(parts.get(row), t);
            }
        }
    }

    /**
     * A failure that an input can cause is looked for in halves, until one sequence is left to blame. A failing device or a lack of
     * memory is nobody's fault: it fails all of them.
     */
    private void fail(List<Part> parts, Throwable cause) {
        if (parts.size() > 1 && Outcome.Rejected.causedBy(cause).isPresent()) {
            run(parts.subList(0, parts.size() / 2));
            run(parts.subList(parts.size() / 2, parts.size()));
        } else {
            parts.forEach(part -> settle(part, cause));
        }
    }

    private static void settle(Part part, Throwable cause) {
        CompletableFuture<Outcome> outcome = part.request().outcome();
        Outcome.Rejected.causedBy(cause)
                .ifPresentOrElse(
                        outcome::complete,
                        () -> outcome.completeExceptionally(
                                cause instanceof ModelException
                                        ? cause
                                        : new ModelException(
                                                ModelException.Kind.BACKEND, "a batch failed: " + cause, cause)));
    }
}
