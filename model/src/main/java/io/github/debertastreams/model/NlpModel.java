package io.github.debertastreams.model;

import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.head.QuestionAnsweringHead;
import io.github.debertastreams.model.head.TokenSpelling;
import io.github.debertastreams.model.token.BatchLimits;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    private final TokenSpelling spelling;
    private final TensorModel tensors;
    private final int maxLength;
    private final String name;
    private final String revision;

    private NlpModel(ModelOptions options, Tokenizer tokenizer, TensorModel tensors, int maxLength) {
        this.options = options;
        this.tokenizer = tokenizer;
        this.spelling = spelling(tokenizer);
        this.tensors = tensors;
        this.maxLength = maxLength;
        this.name = ModelDirectory.name(options.model());
        this.revision = ModelDirectory.revision(options.model());
    }

    /** Opens a model directory with the default options. */
    public static NlpModel open(Path directory) {
        return open(ModelOptions.of(directory));
    }

    /**
     * Opens a model directory. Everything is checked here: files, names, shapes, and that the parts fit each other.
     *
     * @throws ModelException of kind {@code BUNDLE}, saying what was found, what was expected and where
     */
    public static NlpModel open(ModelOptions options) {
        ModelDirectory.require(options.model());
        Tokenizer tokenizer = Tokenizer.open(options.model());
        ModelConfig config = ModelConfig.read(options.model());
        if (tokenizer.vocabularySize() > config.vocabularySize()) {
            throw ModelException.bundle(options.model() + ": the tokenizer has " + tokenizer.vocabularySize()
                    + " tokens, config.json says vocab_size " + config.vocabularySize());
        }
        int maxLength = maxLength(options, tokenizer, config);
        return new NlpModel(options, tokenizer, TensorModel.open(options, config), maxLength);
    }

    /** Predicts one text. */
    public Prediction predict(String text) {
        return infer(List.of(encode(TextInput.of(text)))).get(0);
    }

    @Override
    public List<Outcome> predict(List<TextInput> inputs) {
        List<@Nullable Outcome> outcomes = new ArrayList<>(inputs.size());
        List<Encoded> batch = new ArrayList<>();
        BatchLimits limits = new BatchLimits(options.maxBatchRecords(), options.maxBatchTokens());
        int tokens = 0;
        for (int index = 0; index < inputs.size(); index++) {
            outcomes.add(null);
            long start = System.nanoTime();
            try {
                Encoding encoding = encode(inputs.get(index));
                if (!limits.admits(batch.size(), tokens, encoding.length())) {
                    run(batch, outcomes);
                    tokens = 0;
                }
                batch.add(new Encoded(index, encoding, System.nanoTime() - start));
                tokens += encoding.length();
            } catch (ModelException e) {
                if (e.kind() != ModelException.Kind.INVALID_INPUT) {
                    throw e;
                }
                outcomes.set(index, new Outcome.Rejected(e.kind(), String.valueOf(e.getMessage())));
            }
        }
        run(batch, outcomes);
        List<Outcome> complete = new ArrayList<>(outcomes.size());
        for (Outcome outcome : outcomes) {
            complete.add(Objects.requireNonNull(outcome));
        }
        return complete;
    }

    @Override
    public Encoding encode(TextInput input) {
        boolean answers = tensors.head() instanceof QuestionAnsweringHead;
        if (answers && input.textPair() == null) {
            throw ModelException.invalidInput(
                    "question answering needs a pair: the question, and the context as text_pair");
        }
        Truncation truncation = answers ? Truncation.ONLY_SECOND : Truncation.LONGEST_FIRST;
        EncodeOptions encodeOptions = new EncodeOptions(true, truncation, maxLength, 0);
        Encoding encoding = tokenizer.encode(input.text(), input.textPair(), encodeOptions);
        if (encoding.truncated() && options.longText() == ModelOptions.LongText.REJECT) {
            throw ModelException.invalidInput(
                    "the text has more tokens than the " + maxLength + " that are read, and long.text is reject");
        }
        return encoding;
    }

    @Override
    public List<Prediction> infer(List<Encoding> encodings) {
        Logits logits = tensors.forward(TokenBatch.of(encodings), EncoderTrace.NONE);
        return tensors.head().decode(logits, encodings, spelling);
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Most tokens of one text, special ones included. */
    public int maxLength() {
        return maxLength;
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
    public String task() {
        return tensors.head().task();
    }

    @Override
    public void close() {
        tensors.close();
    }

    private record Encoded(int index, Encoding encoding, long tokenizeNanos) {}

    private void run(List<Encoded> batch, List<@Nullable Outcome> outcomes) {
        if (batch.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        List<Prediction> predictions =
                infer(batch.stream().map(Encoded::encoding).toList());
        long inferNanos = System.nanoTime() - start;
        for (int row = 0; row < batch.size(); row++) {
            Encoded encoded = batch.get(row);
            outcomes.set(
                    encoded.index(),
                    new Outcome.Predicted(
                            predictions.get(row),
                            encoded.encoding().length(),
                            encoded.encoding().truncated(),
                            new Outcome.Timings(0, encoded.tokenizeNanos(), inferNanos, batch.size())));
        }
        batch.clear();
    }

    private static int maxLength(ModelOptions options, Tokenizer tokenizer, ModelConfig config) {
        int allowed = Math.min(tokenizer.maxLength().orElse(Integer.MAX_VALUE), config.maxPositionEmbeddings());
        int maxLength = options.maxLength() == 0 ? allowed : options.maxLength();
        if (config.positionBiasedInput() && maxLength > config.maxPositionEmbeddings()) {
            throw ModelException.bundle("max.length is " + maxLength + ", config.json says max_position_embeddings "
                    + config.maxPositionEmbeddings());
        }
        if (options.maxBatchTokens() < maxLength) {
            throw ModelException.bundle("batch.max.tokens is " + options.maxBatchTokens() + ", expected at least the "
                    + maxLength + " tokens of the longest text");
        }
        return maxLength;
    }

    private static TokenSpelling spelling(Tokenizer tokenizer) {
        return new TokenSpelling() {
            @Override
            public String token(int id) {
                return tokenizer.token(id);
            }

            @Override
            public String text(int[] ids) {
                return tokenizer.decode(ids, false);
            }
        };
    }
}
