package io.github.debertastreams.model;

import io.github.debertastreams.model.task.TextInput;
import java.util.List;

/**
 * Texts in, typed predictions out, in order: outcome <i>i</i> belongs to input <i>i</i>.
 *
 * <p>Implementations may be shared by threads. A text that cannot be processed becomes an {@link Outcome.Rejected} and never
 * fails its neighbours; only a failure of the backend is thrown.
 */
@FunctionalInterface
public interface Predictor {

    /**
     * Predicts every input.
     *
     * @return one outcome per input, in the inputs' order
     * @throws io.github.debertastreams.model.error.ModelException of kind {@code BACKEND} when the model itself fails
     */
    List<Outcome> predict(List<TextInput> inputs);
}
