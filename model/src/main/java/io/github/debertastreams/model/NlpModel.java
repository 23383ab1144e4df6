package io.github.debertastreams.model;

import io.github.debertastreams.model.cpu.CpuBackend;
import io.github.debertastreams.model.encoder.Backend;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.EmbeddingHead;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.head.SequenceClassificationHead;
import io.github.debertastreams.model.head.SequenceClassificationHead.ScoreFunction;
import io.github.debertastreams.model.head.TokenClassificationHead;
import io.github.debertastreams.model.head.TokenSpelling;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.token.BatchLimits;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
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

    private static final String FEATURE_EXTRACTION = "feature-extraction";
    /** Heads that a checkpoint may have and this version does not serve: their tensors, and their task. */
    private static final Map<String, String> UNSERVED_HEADS = Map.of(
            "qa_outputs.weight", "question-answering",
            "cls.predictions.bias", "fill-mask",
            "lm_predictions.lm_head.bias", "fill-mask");

    private final ModelOptions options;
    private final Tokenizer tokenizer;
    private final Backend backend;
    private final Head head;
    private final int maxLength;
    private final String name;
    private final String revision;

    private NlpModel(ModelOptions options, ModelBundle bundle, Head head, Backend backend, int maxLength) {
        this.options = options;
        this.tokenizer = bundle.tokenizer();
        this.head = head;
        this.backend = backend;
        this.maxLength = maxLength;
        this.name = bundle.name();
        this.revision = bundle.revision();
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
        ModelBundle bundle = ModelBundle.open(options.model());
        try (Checkpoint checkpoint = bundle.checkpoint()) {
            Kernels kernels = Kernels.get();
            Head head = head(options, bundle, kernels);
            CpuBackend backend = CpuBackend.load(checkpoint, kernels, bundle.config(), head);
            return new NlpModel(options, bundle, head, backend, maxLength(options, bundle));
        }
    }

    /** Predicts one text. */
    public Prediction predict(String text) {
        return predict(List.of(encode(TextInput.of(text)))).get(0);
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
        EncodeOptions encodeOptions = new EncodeOptions(true, EncodeOptions.Truncation.LONGEST_FIRST, maxLength, 0);
        Encoding encoding = tokenizer.encode(input.text(), input.textPair(), encodeOptions);
        if (encoding.truncated() && options.longText() == ModelOptions.LongText.REJECT) {
            throw ModelException.invalidInput("the text has more tokens than the " + maxLength
                    + " that are read, and long.text is reject");
        }
        return encoding;
    }

    @Override
    public List<Prediction> predict(List<Encoding> encodings) {
        return head.decode(backend.forward(TokenBatch.of(encodings)), encodings);
    }

    /** The model on raw tokens, with a look inside. */
    public Logits forward(TokenBatch batch, EncoderTrace trace) {
        return backend.forward(batch, trace);
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
        return backend.name();
    }

    @Override
    public String task() {
        return head.task();
    }

    @Override
    public void close() {
        backend.close();
    }

    private record Encoded(int index, Encoding encoding, long tokenizeNanos) {}

    private void run(List<Encoded> batch, List<@Nullable Outcome> outcomes) {
        if (batch.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        List<Prediction> predictions =
                predict(batch.stream().map(Encoded::encoding).toList());
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

    private static int maxLength(ModelOptions options, ModelBundle bundle) {
        OptionalInt tokenizerLimit = bundle.tokenizer().maxLength();
        int allowed = Math.min(
                tokenizerLimit.orElse(Integer.MAX_VALUE), bundle.config().maxPositionEmbeddings());
        int maxLength = options.maxLength() == 0 ? allowed : options.maxLength();
        if (bundle.config().positionBiasedInput() && maxLength > bundle.config().maxPositionEmbeddings()) {
            throw ModelException.bundle("max.length is " + maxLength + ", config.json says max_position_embeddings "
                    + bundle.config().maxPositionEmbeddings());
        }
        if (options.maxBatchTokens() < maxLength) {
            throw ModelException.bundle("batch.max.tokens is " + options.maxBatchTokens()
                    + ", expected at least the " + maxLength + " tokens of the longest text");
        }
        return maxLength;
    }

    private static Head head(ModelOptions options, ModelBundle bundle, Kernels kernels) {
        String served = servedTask(bundle.checkpoint());
        String task = options.task() == null ? served : options.task();
        ModelConfig config = bundle.config();
        if (task.equals(FEATURE_EXTRACTION)) {
            return new EmbeddingHead(config.hiddenSize());
        }
        if (!task.equals(served) || UNSERVED_HEADS.containsValue(task)) {
            throw ModelException.bundle(bundle.directory() + ": cannot serve " + task + ": its weights have a head for "
                    + served + ", and this version serves text-classification, token-classification and "
                    + FEATURE_EXTRACTION);
        }
        List<String> labels = labels(bundle);
        if (task.equals("text-classification")) {
            return SequenceClassificationHead.load(
                    bundle.checkpoint(),
                    kernels,
                    config.poolerActivation(),
                    config.hiddenSize(),
                    labels,
                    scoreFunction(config, labels.size()),
                    options.topK());
        }
        return TokenClassificationHead.load(
                bundle.checkpoint(),
                kernels,
                config.hiddenSize(),
                labels,
                spelling(bundle.tokenizer()),
                options.aggregation() == ModelOptions.Aggregation.SIMPLE);
    }

    /** The task that the head's tensors serve: config.json's architectures may be missing or wrong. */
    private static String servedTask(Checkpoint checkpoint) {
        if (checkpoint.has("classifier.weight")) {
            return checkpoint.has("pooler.dense.weight") ? "text-classification" : "token-classification";
        }
        for (Map.Entry<String, String> head : UNSERVED_HEADS.entrySet()) {
            if (checkpoint.has(head.getKey())) {
                return head.getValue();
            }
        }
        return FEATURE_EXTRACTION;
    }

    private static List<String> labels(ModelBundle bundle) {
        long[] shape = bundle.checkpoint().info("classifier.weight").shape();
        int outputs = shape.length == 0 ? 0 : (int) shape[0];
        List<String> labels = bundle.config().labels();
        if (labels.isEmpty()) {
            List<String> numbered = new ArrayList<>();
            for (int label = 0; label < outputs; label++) {
                numbered.add("LABEL_" + label);
            }
            return numbered;
        }
        if (labels.size() != outputs) {
            throw ModelException.bundle(bundle.directory() + ": 'classifier.weight' has " + outputs
                    + " outputs, config.json's id2label has " + labels.size() + " labels");
        }
        return labels;
    }

    /** Source: HF {@code TextClassificationPipeline.__call__}. */
    private static ScoreFunction scoreFunction(ModelConfig config, int labels) {
        if (config.problemType() == ModelConfig.ProblemType.REGRESSION) {
            return ScoreFunction.NONE;
        }
        if (config.problemType() == ModelConfig.ProblemType.MULTI_LABEL_CLASSIFICATION || labels == 1) {
            return ScoreFunction.SIGMOID;
        }
        return ScoreFunction.SOFTMAX;
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
