package io.github.debertastreams.model.batch;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.TextInput;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after what a service's model is loaded from, and lets another revision take over when it appears there: loaded beside the
 * old one, tried on a text, then swapped. A revision that cannot be loaded, or that answers with what is no number, is not tried
 * again; the old model stays. To go back, put the old revision in place.
 */
public final class ModelWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ModelWatch.class);
    private static final TextInput PROBE = TextInput.of("Is this model sound?");
    private static final TextInput PROBE_PAIR = new TextInput("Is this model sound?", "Let us see.");

    private final PredictionService service;
    private final Function<ModelOptions, TextModel> open;
    private final Function<ModelOptions, String> revision;
    private final ScheduledExecutorService timer;
    private @Nullable String seen;
    private @Nullable String refused;

    private ModelWatch(
            PredictionService service,
            Function<ModelOptions, TextModel> open,
            Function<ModelOptions, String> revision) {
        this.service = service;
        this.open = open;
        this.revision = revision;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "deberta-watch-" + service.model().name());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts to look, at this interval.
     *
     * @param revision what tells the model at its place from another one, cheaply
     */
    public static ModelWatch start(
            PredictionService service,
            Function<ModelOptions, TextModel> open,
            Function<ModelOptions, String> revision,
            Duration interval) {
        ModelWatch watch = new ModelWatch(service, open, revision);
        watch.timer.scheduleWithFixedDelay(
                watch::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void look() {
        try {
            String found = revision.apply(service.options());
            boolean settled = found.equals(seen); // files are not copied in one moment
            seen = found;
            if (settled && !found.equals(service.model().revision()) && !found.equals(refused)) {
                takeOver(found);
            }
        } catch (RuntimeException e) {
            log.debug("{}: not to be read now", service.options().model(), e);
        } catch (Error e) { // a timer would say nothing of it, and look no more
            log.warn("{}: not to be read now", service.options().model(), e);
        }
    }

    private void takeOver(String found) {
        String before = service.model().revision();
        TextModel model = null;
        try {
            model = open.apply(service.options());
            probe(model);
            service.swap(model);
            log.info("{}: revision {} took over from {}", service.options().model(), model.revision(), before);
        } catch (RuntimeException | Error e) {
            refused = found;
            log.warn(
                    "{}: revision {} is refused, {} stays: {}",
                    service.options().model(),
                    found,
                    before,
                    e.toString());
            if (model != null) {
                model.close();
            }
        }
    }

    /** @throws RuntimeException where the model does not answer in numbers */
    private static void probe(TextModel model) {
        EncodedInput input = encoded(model);
        if (input == null) {
            return; // a task that needs more than texts, such as candidates
        }
        List<SequenceLogits> logits = model.infer(input.sequences());
        for (SequenceLogits sequence : logits) {
            sequence.requireFinite();
        }
        model.decode(input, logits);
    }

    private static @Nullable EncodedInput encoded(TextModel model) {
        for (TextInput input : List.of(PROBE, PROBE_PAIR)) {
            try {
                return model.encode(input);
            } catch (ModelException e) {
                if (!e.kind().rejectsInput()) {
                    throw e;
                }
            }
        }
        return null;
    }
}
