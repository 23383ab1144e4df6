package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.Predictor;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.TextInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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

    /** Those in use and, not yet complete, those that are being opened. Opening takes long, so it is not done under this lock. */
    private static final Map<ModelOptions, CompletableFuture<PredictionService>> SERVICES = new HashMap<>();

    private final ModelOptions options;
    private final ServiceStatistics statistics = new ServiceStatistics();
    private volatile Serving serving;
    private int users = 1;

    private PredictionService(ModelOptions options, TextModel model) {
        this.options = options;
        this.serving = new Serving(options, model, statistics);
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
        CompletableFuture<PredictionService> mine = new CompletableFuture<>();
        while (true) {
            CompletableFuture<PredictionService> present;
            synchronized (SERVICES) {
                present = SERVICES.putIfAbsent(options, mine);
            }
            if (present == null) {
                return opened(options, open, mine);
            }
            PredictionService service = orNull(present);
            if (service != null && service.joined()) {
                return service;
            } // it could not be opened, or its last user has just closed it
        }
    }

    private static PredictionService opened(
            ModelOptions options, Function<ModelOptions, TextModel> open, CompletableFuture<PredictionService> mine) {
        try {
            PredictionService service = new PredictionService(options, open.apply(options));
            mine.complete(service);
            return service;
        } catch (RuntimeException | Error e) { // no service will be closed
            synchronized (SERVICES) {
                SERVICES.remove(options, mine);
            }
            mine.completeExceptionally(e); // whoever waits tries it again
            RecordLinkage.release();
            throw e;
        }
    }

    private static @Nullable PredictionService orNull(CompletableFuture<PredictionService> opening) {
        try {
            return opening.join();
        } catch (CompletionException e) {
            return null;
        }
    }

    /** One user more, unless there is none any more. */
    private boolean joined() {
        synchronized (SERVICES) {
            if (users == 0) {
                return false;
            }
            users++;
            return true;
        }
    }

    /** The model behind this service now. */
    public TextModel model() {
        return serving.model();
    }

    /** What the model is opened and batched by. */
    public ModelOptions options() {
        return options;
    }

    public ServiceStatistics statistics() {
        return statistics;
    }

    /**
     * Queues one input. Tokenizing is done here, on the calling thread.
     *
     * @return completes with the outcome; exceptionally with a {@link ModelException} of kind {@code BACKEND} when the model
     *     itself fails. Where it is cancelled, and nobody else waits for the same input, what no batch has taken yet is not read
     */
    public CompletableFuture<Outcome> submit(TextInput input) {
        return submit(input, (model, outcome) -> outcome);
    }

    /** The same, with what {@code reader} makes of the outcome and of the model that it comes from, which may be another one soon. */
    public <R> CompletableFuture<R> submit(TextInput input, BiFunction<TextModel, Outcome, R> reader) {
        while (true) {
            Serving current = serving;
            try {
                return read(current, input, reader);
            } catch (ServiceClosedException e) {
                if (current == serving) { // not swapped: closed by the last user
                    throw e;
                }
            }
        }
    }

    private static <R> CompletableFuture<R> read(
            Serving serving, TextInput input, BiFunction<TextModel, Outcome, R> reader) {
        CompletableFuture<Outcome> outcome = serving.submit(input);
        CompletableFuture<R> read = outcome.thenApply(found -> reader.apply(serving.model(), found));
        read.whenComplete((made, failure) -> {
            if (read.isCancelled()) {
                outcome.cancel(false);
            }
        });
        return read;
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

    /**
     * Lets another model take over, without a gap: what was queued is read by the model that encoded it, what comes from now on by
     * the new one, and then the old one is closed. The service owns the new model; the call returns when the old one is closed.
     *
     * @throws IllegalArgumentException where the new model does another task; then nothing has changed, and the model is the caller's
     */
    public void swap(TextModel model) {
        Serving old;
        synchronized (SERVICES) {
            if (users == 0) {
                throw new ServiceClosedException();
            }
            old = serving;
            if (!model.task().equals(old.model().task())) {
                throw new IllegalArgumentException("the new model's task is " + model.task() + ", expected "
                        + old.model().task() + " as before");
            }
            serving = new Serving(options, model, statistics);
            statistics.swapped();
        }
        try {
            old.close();
        } catch (RuntimeException | Error e) { // the new one serves all the same
            log.warn("{}: the model that was replaced could not be closed", options.model(), e);
        }
    }

    /** Requests waiting for a worker. */
    public int queued() {
        return serving.queued();
    }

    /**
     * Gives the service back. The last user's call waits for running batches and closes the model; what is queued is not read, and
     * fails with an {@link IllegalStateException}.
     */
    @Override
    public void close() {
        synchronized (SERVICES) {
            if (--users > 0) {
                return;
            }
            SERVICES.computeIfPresent(
                    options, (key, opened) -> opened.isDone() && opened.join() == this ? null : opened);
        }
        serving.abandon();
        RecordLinkage.release(); // its class loader may end with it
    }
}
