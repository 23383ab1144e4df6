package io.github.debertastreams.model;

import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.token.Encoding;
import java.util.List;

/**
 * A model in the two steps that batching needs: encoding is done by whoever brings the text, prediction by whoever forms the
 * batch. Implementations may be shared by threads.
 */
public interface TextModel extends AutoCloseable {

    /**
     * Tokens of one input, cut to what the model reads.
     *
     * @throws io.github.debertastreams.model.error.ModelException of kind {@code INVALID_INPUT} when this text cannot be read
     */
    Encoding encode(TextInput input);

    /** One prediction per encoding, in order; the whole list is one batch, run on the calling thread. */
    List<Prediction> infer(List<Encoding> encodings);

    /** Name of the model, for people: the last part of its directory's or hub's name. */
    String name();

    /** What tells this version of the model from another one under the same name. */
    String revision();

    /** The backend in use, such as {@code native-vector512}. */
    String backend();

    /** The task that the head serves, in Hugging Face's words, such as {@code text-classification}. */
    String task();

    @Override
    void close();
}
