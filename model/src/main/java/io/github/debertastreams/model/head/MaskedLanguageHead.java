package io.github.debertastreams.model.head;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.kernel.EmbeddingTable;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.LayerNorm;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.Optional;

/**
 * A logit for each word of the vocabulary, for each selected token: linear layer, activation, layer normalisation, then products
 * with the word embeddings. Source: HF {@code DebertaForMaskedLM}; the authors' {@code BertLMPredictionHead}.
 */
public final class MaskedLanguageHead implements Head {

    /** The two sets of names under which checkpoints keep this head. */
    public enum Form {
        /** The checkpoints' own, of the authors; HF's {@code legacy: false}. */
        LM_PREDICTIONS("lm_predictions.lm_head", "lm_predictions.lm_head"),
        /** HF's {@code legacy: true}. */
        LEGACY("cls.predictions.transform", "cls.predictions");

        private final String transform;
        private final String decoder;

        Form(String transform, String decoder) {
            this.transform = transform;
            this.decoder = decoder;
        }

        /** What the names of its tensors begin with. */
        public String tensors() {
            return decoder;
        }

        private boolean in(Checkpoint checkpoint) {
            return checkpoint.has(transform + ".dense.weight");
        }
    }

    private final Kernels kernels;
    private final Form form;
    private final Linear dense;
    private final Activation activation;
    private final LayerNorm norm;
    private final float[] decoder;
    private final float[] bias;

    private MaskedLanguageHead(
            Kernels kernels,
            Form form,
            Linear dense,
            Activation activation,
            LayerNorm norm,
            float[] decoder,
            float[] bias) {
        this.kernels = kernels;
        this.form = form;
        this.dense = dense;
        this.activation = activation;
        this.norm = norm;
        this.decoder = decoder;
        this.bias = bias;
    }

    /**
     * The form whose tensors a checkpoint has; empty where it has no such head.
     *
     * @param legacy which of them where it has both
     */
    public static Optional<Form> form(Checkpoint checkpoint, boolean legacy) {
        Form preferred = legacy ? Form.LEGACY : Form.LM_PREDICTIONS;
        Form other = legacy ? Form.LM_PREDICTIONS : Form.LEGACY;
        if (preferred.in(checkpoint)) {
            return Optional.of(preferred);
        }
        return other.in(checkpoint) ? Optional.of(other) : Optional.empty();
    }

    /**
     * Takes the head's weights from a checkpoint; the decoder is the word embeddings, unless the file has one of its own.
     *
     * @param words {@code [V, E]}; E is the hidden size for {@link Form#LM_PREDICTIONS}
     */
    public static MaskedLanguageHead load(
            Checkpoint checkpoint,
            Kernels kernels,
            Form form,
            int hiddenSize,
            Activation activation,
            float eps,
            EmbeddingTable words) {
        int vocabulary = words.rows();
        int width = form == Form.LEGACY ? words.width() : hiddenSize;
        String ownDecoder = form.decoder + (form == Form.LEGACY ? ".decoder.weight" : ".weight");
        boolean tied = !checkpoint.has(ownDecoder);
        if (tied && words.width() != width) {
            throw ModelException.bundle("config.json: embedding_size is " + words.width() + ", expected hidden_size "
                    + width + " for the masked-LM head 'lm_predictions'");
        }
        String biasName = form.decoder + ".bias";
        if (!checkpoint.has(biasName) && checkpoint.has(form.decoder + ".decoder.bias")) {
            biasName = form.decoder + ".decoder.bias";
        }
        return new MaskedLanguageHead(
                kernels,
                form,
                Linear.load(checkpoint, kernels, form.transform + ".dense", width, hiddenSize),
                activation,
                LayerNorm.load(checkpoint, kernels, form.transform + ".LayerNorm", width, eps),
                tied ? words.values() : checkpoint.floats(ownDecoder, vocabulary, width),
                checkpoint.floats(biasName, vocabulary));
    }

    public Form form() {
        return form;
    }

    /** One row per selected token, one column per word of the vocabulary. */
    @Override
    public Logits forward(float[] hiddenStates, TokenBatch batch) {
        int rows = batch.selection().size();
        int width = dense.outputs();
        int vocabulary = bias.length;
        float[] transformed = new float[rows * width];
        dense.forward(batch.selection().gather(hiddenStates, dense.inputs()), rows, transformed);
        activation.apply(kernels, transformed, 0, transformed.length);
        norm.forward(transformed, rows);
        float[] logits = new float[Math.multiplyExact(rows, vocabulary)];
        kernels.rowProducts(transformed, rows, decoder, width, bias, logits);
        return new Logits(logits, vocabulary, batch.selection().rowStarts());
    }
}
