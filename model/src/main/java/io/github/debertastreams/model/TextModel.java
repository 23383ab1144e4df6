package io.github.debertastreams.model;

import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.Encoding;
import java.util.List;

/**
 * A model in the three steps that batching needs: whoever brings the text encodes it, whoever forms the batch has the logits of
 * its sequences computed, and when the logits of all sequences of an input are there, they are decoded. Implementations may be
 * shared by threads.
 */
public interface TextModel extends AutoCloseable {

    /**
     * The sequences that the model reads for one input, none longer than it can read.
     *
     * @throws io.github.debertastreams.model.error.ModelException of a kind that rejects the input, when this one cannot be read
     */
    EncodedInput encode(TextInput input);

    /** The logits of each sequence, in order; the whole list is one batch, run on the calling thread. */
    List<SequenceLogits> infer(List<Encoding> sequences);

    /** The prediction for one input; the i-th logits are those of its i-th sequence. */
    Prediction decode(EncodedInput input, List<SequenceLogits> logits);

    /** Name of the model, for people: the last part of its directory's or hub's name. */
    String name();

    /** What tells this version of the model from another one under the same name. */
    String revision();

    /** The backend in use, such as {@code native-vector512}. */
    String backend();

    /**
     * Whether a lesser backend serves than the one that was to be had at best: {@code auto} found no GPU, or fp16 was not enough. For
     * metrics, so that nobody runs on a CPU unawares.
     */
    default boolean fellBack() {
        return false;
    }

    /** What is done with the model, in Hugging Face's words, such as {@code text-classification}. */
    String task();

    @Override
    void close();
}
