package io.github.debertastreams.model;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.Task;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.BatchLimits;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A DeBERTa model directory, opened: text in, typed prediction out, on the calling thread. Threads may share it; to merge the
 * requests of many threads into batches, use {@link io.github.debertastreams.model.batch.PredictionService}.
 *
 * <pre>{@code
 * try (NlpModel model = NlpModel.open(Path.of("model/demo/intents"))) {
 *     System.out.println(model.predict("My card has not arrived yet"));
 * }
 * }</pre>
 */
public final class NlpModel implements TextModel, Predictor {

    private final ModelOptions options;
    private final Tokenizer tokenizer;
    private final TensorModel tensors;
    private final Task task;
    private final String name;
    private final String revision;

    private NlpModel(ModelOptions options, Tokenizer tokenizer, TensorModel tensors, Task task, String revision) {
        this.options = options;
        this.tokenizer = tokenizer;
        this.tensors = tensors;
        this.task = task;
        this.name = ModelDirectory.name(options.model());
        this.revision = revision;
    }

    /** Opens a model directory with the default options. */
    public static NlpModel open(Path directory) {
        return open(ModelOptions.of(directory));
    }

    /**
     * Opens a model directory, or a model of the hub. Everything is checked here: files, names, shapes, that the parts fit each other, and
     * that none of them was replaced meanwhile.
     *
     * @throws ModelException of kind {@code BUNDLE}, saying what was found, what was expected and where
     */
    public static NlpModel open(ModelOptions given) {
        ModelOptions options = given.resolved();
        String revision = ModelDirectory.revision(options.model());
        Tokenizer tokenizer = Tokenizer.open(options.model());
        ModelConfig config = ModelConfig.read(options.model());
        if (tokenizer.vocabularySize() > config.vocabularySize()) {
            throw ModelException.bundle(options.model() + ": the tokenizer has " + tokenizer.vocabularySize()
                    + " tokens, config.json says vocab_size " + config.vocabularySize());
        }
        TensorModel tensors = TensorModel.open(options, config);
        try {
            Task task = new Tasks(options, tokenizer, tensors).create();
            ModelDirectory.requireRevision(options.model(), revision);
            return new NlpModel(options, tokenizer, tensors, task, revision);
        } catch (RuntimeException | Error e) {
            tensors.close();
            throw e;
        }
    }

    /** What tells a model that is opened with these options now from another one that may lie there later; cheap. */
    public static String revisionOf(ModelOptions given) {
        return ModelDirectory.revision(given.resolved().model());
    }

    /** Predicts one text. */
    public Prediction predict(String text) {
        Outcome outcome = predict(List.of(TextInput.of(text))).get(0);
        if (outcome instanceof Outcome.Rejected rejected) {
            throw new ModelException(rejected.kind(), rejected.reason());
        }
        return ((Outcome.Predicted) outcome).prediction();
    }

    @Override
    public List<Outcome> predict(List<TextInput> inputs) {
        return CallerRuns.predict(this, new BatchLimits(options.maxBatchRecords(), options.maxBatchTokens()), inputs);
    }

    @Override
    public EncodedInput encode(TextInput input) {
        return task.encode(input);
    }

    /** Equal sequences are computed once. */
    @Override
    public List<SequenceLogits> infer(List<Encoding> sequences) {
        DistinctSequences distinct = DistinctSequences.of(sequences);
        Logits logits = tensors.forward(
                TokenBatch.of(distinct.sequences()).selecting(outputTokens(distinct.sequences())), EncoderTrace.NONE);
        List<SequenceLogits> each = new ArrayList<>(sequences.size());
        for (int sequence = 0; sequence < sequences.size(); sequence++) {
            each.add(logits.of(distinct.rows()[sequence]));
        }
        return each;
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        return task.decode(input, logits);
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Most tokens of one sequence, special ones included. */
    public int maxLength() {
        return task.encoder().maxLength();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String revision() {
        return revision;
    }

    @Override
    public String backend() {
        return tensors.backend();
    }

    @Override
    public boolean fellBack() {
        return tensors.fellBack();
    }

    @Override
    public String task() {
        return task.name();
    }

    @Override
    public void close() {
        tensors.close();
    }

    private int[] outputTokens(List<Encoding> sequences) {
        int[] outputs = new int[sequences.stream().mapToInt(Encoding::length).sum()];
        int count = 0;
        int first = 0;
        for (Encoding sequence : sequences) {
            for (int token : task.outputTokens(sequence)) {
                outputs[count++] = first + token;
            }
            first += sequence.length();
        }
        return Arrays.copyOf(outputs, count);
    }
}
