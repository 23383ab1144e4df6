package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.Predictor;
import io.github.debertastreams.model.TextInput;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.token.BatchLimits;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
 * <p>A batch is cut by count, by real tokens and by linger; a worker takes it as soon as it is idle. Equal inputs in one batch
 * are computed once. Threads may share a service.
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
        Encoding encoding;
        try {
            encoding = model.encode(input);
        } catch (ModelException e) {
            if (e.kind() != ModelException.Kind.INVALID_INPUT) {
                return CompletableFuture.failedFuture(e);
            }
            return CompletableFuture.completedFuture(new Outcome.Rejected(e.kind(), String.valueOf(e.getMessage())));
        }
        Request request = new Request(input, encoding, System.nanoTime() - start);
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
        for (List<Request> batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
            run(batch);
        }
    }

    private void run(List<Request> batch) {
        long start = System.nanoTime();
        Map<TextInput, Integer> rows = new LinkedHashMap<>();
        List<Encoding> encodings = new ArrayList<>(batch.size());
        for (Request request : batch) {
            if (rows.putIfAbsent(request.input(), encodings.size()) == null) {
                encodings.add(request.encoding());
            }
        }
        try {
            List<Prediction> predictions = model.infer(encodings);
            long inferNanos = System.nanoTime() - start;
            for (Request request : batch) {
                int row = rows.getOrDefault(request.input(), 0);
                request.complete(predictions.get(row), start, inferNanos, batch.size());
            }
        } catch (Throwable t) { // an Error too must reach those who wait, or they wait for ever
            log.debug("a batch of {} failed", batch.size(), t);
            ModelException failure = t instanceof ModelException e
                    ? e
                    : new ModelException(
                            ModelException.Kind.BACKEND, "a batch of " + batch.size() + " failed: " + t, t);
            batch.forEach(request -> request.outcome().completeExceptionally(failure));
        }
    }
}
