package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.PendingInput;
import io.github.debertastreams.model.Predictor;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.BatchLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the requests of many threads into batches for one model. One service per JVM (and class loader) and
 * {@link ModelOptions}: {@link #acquire} counts its users, and the last {@link #close} stops the workers and closes the model.
 *
 * <p>A batch is cut by count, by real tokens and by linger; a worker takes it as soon as it is idle. The sequences of one input,
 * such as its candidate labels, go into one batch where one batch can hold them; otherwise they are read in several. Threads may
 * share a service.
 */
public final class PredictionService implements Predictor, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PredictionService.class);
    private static final Map<ModelOptions, PredictionService> SERVICES = new HashMap<>();

    private final ModelOptions options;
    private final TextModel model;
    private final RequestQueue queue;
    private final List<Thread> workers = new ArrayList<>();
    private int users = 1;

    private PredictionService(ModelOptions options, TextModel model) {
        this.options = options;
        this.model = model;
        this.queue = new RequestQueue(
                new BatchLimits(options.maxBatchRecords(), options.maxBatchTokens()), options.linger());
        for (int i = 0; i < options.workers(); i++) {
            Thread worker = new Thread(this::work, "deberta-" + model.name() + "-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
    }

    /** The JVM's service for these options, its model opened with {@link NlpModel#open(ModelOptions)} at the first use. */
    public static PredictionService acquire(ModelOptions options) {
        return acquire(options, NlpModel::open);
    }

    /**
     * The JVM's service for these options, opened by {@code open} at its first use. Close what was acquired, once.
     *
     * @throws ModelException of kind {@code BUNDLE} when the model cannot be opened
     */
    public static PredictionService acquire(ModelOptions options, Function<ModelOptions, TextModel> open) {
        synchronized (SERVICES) {
            PredictionService service = SERVICES.get(options);
            if (service == null) {
                service = new PredictionService(options, open.apply(options));
                SERVICES.put(options, service);
            } else {
                service.users++;
            }
            return service;
        }
    }

    /** The model behind this service. */
    public TextModel model() {
        return model;
    }

    /**
     * Queues one input. Tokenizing is done here, on the calling thread.
     *
     * @return completes with the outcome; exceptionally with a {@link ModelException} of kind {@code BACKEND} when the model
     *     itself fails
     */
    public CompletableFuture<Outcome> submit(TextInput input) {
        long start = System.nanoTime();
        EncodedInput encoded;
        try {
            encoded = model.encode(input);
        } catch (ModelException e) {
            if (!e.kind().rejectsInput()) {
                return CompletableFuture.failedFuture(e);
            }
            return CompletableFuture.completedFuture(new Outcome.Rejected(e.kind(), String.valueOf(e.getMessage())));
        }
        long now = System.nanoTime();
        Request request = new Request(new PendingInput(model, encoded, now - start, now));
        queue.add(request);
        return request.outcome();
    }

    @Override
    public List<Outcome> predict(List<TextInput> inputs) {
        List<CompletableFuture<Outcome>> futures = new ArrayList<>(inputs.size());
        for (TextInput input : inputs) {
            futures.add(submit(input));
        }
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        for (CompletableFuture<Outcome> future : futures) {
            try {
                outcomes.add(future.join());
            } catch (CompletionException e) {
                if (e.getCause() instanceof ModelException failure) {
                    throw failure;
                }
                throw e;
            }
        }
        return outcomes;
    }

    /** Requests waiting for a worker. */
    public int queued() {
        return queue.size();
    }

    /** Gives the service back; the last user's call waits for running batches and closes the model. */
    @Override
    public void close() {
        synchronized (SERVICES) {
            if (--users > 0) {
                return;
            }
            SERVICES.remove(options, this);
        }
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
            run(batch);
        }
    }

    private void run(List<Part> parts) {
        long start = System.nanoTime();
        List<SequenceLogits> logits;
        try {
            logits = model.infer(parts.stream().map(Part::encoding).toList());
        } catch (Throwable t) { // an Error too must reach those who wait, or they wait for ever
            log.debug("a batch of {} failed", parts.size(), t);
            fail(parts, t);
            return;
        }
        PendingInput.Batch batch = new PendingInput.Batch(start, System.nanoTime() - start, parts.size());
        for (int row = 0; row < parts.size(); row++) {
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
        if (parts.size() > 1 && rejectsInput(cause)) {
            run(parts.subList(0, parts.size() / 2));
            run(parts.subList(parts.size() / 2, parts.size()));
        } else {
            parts.forEach(part -> settle(part, cause));
        }
    }

    private static void settle(Part part, Throwable cause) {
        CompletableFuture<Outcome> outcome = part.request().outcome();
        if (cause instanceof ModelException e && e.kind().rejectsInput()) {
            outcome.complete(new Outcome.Rejected(e.kind(), String.valueOf(e.getMessage())));
        } else if (rejectsInput(cause)) {
            outcome.complete(new Outcome.Rejected(ModelException.Kind.FAILED_INPUT, cause.toString()));
        } else {
            outcome.completeExceptionally(
                    cause instanceof ModelException
                            ? cause
                            : new ModelException(ModelException.Kind.BACKEND, "a batch failed: " + cause, cause));
        }
    }

    /** Whether an input may have caused this: anything but an error of the machine, or what the model itself calls its own failure. */
    private static boolean rejectsInput(Throwable cause) {
        return cause instanceof ModelException e ? e.kind().rejectsInput() : cause instanceof RuntimeException;
    }
}
