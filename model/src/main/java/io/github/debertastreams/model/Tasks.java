package io.github.debertastreams.model;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.FeatureExtraction;
import io.github.debertastreams.model.task.FillMask;
import io.github.debertastreams.model.task.LongText;
import io.github.debertastreams.model.task.MultipleChoice;
import io.github.debertastreams.model.task.Pooling;
import io.github.debertastreams.model.task.QuestionAnswering;
import io.github.debertastreams.model.task.Rerank;
import io.github.debertastreams.model.task.ScoreFunction;
import io.github.debertastreams.model.task.Task;
import io.github.debertastreams.model.task.TaskOptions;
import io.github.debertastreams.model.task.TextClassification;
import io.github.debertastreams.model.task.TextEncoder;
import io.github.debertastreams.model.task.TokenClassification;
import io.github.debertastreams.model.task.WindowMerge;
import io.github.debertastreams.model.task.ZeroShotClassification;
import io.github.debertastreams.model.token.Tokenizer;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the task of an opened model: the one that was asked for, or the one that its head is made for. */
record Tasks(ModelOptions options, Tokenizer tokenizer, TensorModel tensors) {

    /** In Hugging Face's words where it has one. */
    static final List<String> NAMES = List.of(
            "text-classification",
            "zero-shot-classification",
            "token-classification",
            "question-answering",
            "fill-mask",
            "feature-extraction",
            "rerank",
            "multiple-choice");

    private static final Logger log = LoggerFactory.getLogger(Tasks.class);

    private static final int MOST_ANSWER_TOKENS = 384;
    private static final int MOST_STRIDE = 128;
    private static final String ENTAILMENT = "entail";

    Task create() {
        String name = options.task() == null ? tensors.tasks().get(0) : options.task();
        TaskOptions told = options.taskOptions();
        TextEncoder encoder = encoder(name);
        return switch (name) {
            case "text-classification" ->
                new TextClassification(encoder, tensors.labels(), function(), merge(WindowMerge.MEAN), told);
            case "zero-shot-classification" ->
                new ZeroShotClassification(
                        encoder, entailmentId(), tensors.labels().size(), merge(WindowMerge.MEAN), told);
            case "rerank" ->
                new Rerank(
                        encoder,
                        tensors.labels().get(0),
                        told.function() == null ? ScoreFunction.NONE : told.function(),
                        merge(WindowMerge.MAX));
            case "multiple-choice" -> new MultipleChoice(withoutWindows(encoder, name), told);
            case "token-classification" -> new TokenClassification(encoder, tensors.labels(), told);
            case "question-answering" ->
                new QuestionAnswering(encoder, tokenizer.clsId().orElse(-1), told);
            case "fill-mask" -> new FillMask(withoutWindows(encoder, name), maskId(), told);
            case "feature-extraction" ->
                new FeatureExtraction(
                        told.pooling() == Pooling.NONE ? withoutWindows(encoder, name + " without pooling") : encoder,
                        told.pooling(),
                        told.normalize());
            default -> throw ModelException.bundle("no task is called '" + name + "', expected one of " + NAMES);
        };
    }

    private int maskId() {
        return tokenizer
                .maskId()
                .orElseThrow(() -> ModelException.bundle(
                        options.model() + ": the tokenizer has no mask token, which fill-mask needs"));
    }

    private TextEncoder encoder(String task) {
        boolean answers = task.equals("question-answering");
        int maxLength = maxLength(answers ? MOST_ANSWER_TOKENS : Integer.MAX_VALUE);
        LongText longText = options.taskOptions().longText();
        Integer stride = options.taskOptions().stride();
        return new TextEncoder(
                tokenizer,
                maxLength,
                longText != null ? longText : answers ? LongText.WINDOW : LongText.TRUNCATE,
                stride != null ? stride : Math.min(maxLength / 2, MOST_STRIDE));
    }

    private static TextEncoder withoutWindows(TextEncoder encoder, String what) {
        if (encoder.longText() == LongText.WINDOW) {
            throw ModelException.bundle("long.text is window, expected truncate or reject: the windows of a text give "
                    + what + " nothing to merge");
        }
        return encoder;
    }

    private int maxLength(int most) {
        ModelConfig config = tensors.config();
        int allowed = Math.min(tokenizer.maxLength().orElse(Integer.MAX_VALUE), config.maxPositionEmbeddings());
        int maxLength = options.maxLength() == 0 ? Math.min(allowed, most) : options.maxLength();
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

    private WindowMerge merge(WindowMerge fallback) {
        WindowMerge merge = options.taskOptions().windowMerge();
        return merge == null ? fallback : merge;
    }

    /** Source: HF {@code TextClassificationPipeline.postprocess}. */
    private ScoreFunction function() {
        ScoreFunction function = options.taskOptions().function();
        if (function != null) {
            return function;
        }
        ModelConfig.ProblemType problemType = tensors.config().problemType();
        if (problemType == ModelConfig.ProblemType.REGRESSION) {
            return ScoreFunction.NONE;
        }
        boolean independent = problemType == ModelConfig.ProblemType.MULTI_LABEL_CLASSIFICATION
                || tensors.labels().size() == 1;
        return independent ? ScoreFunction.SIGMOID : ScoreFunction.SOFTMAX;
    }

    /** The first label that begins so; as in Hugging Face, the last label where none does. */
    private int entailmentId() {
        List<String> labels = tensors.labels();
        for (int id = 0; id < labels.size(); id++) {
            if (labels.get(id).toLowerCase(Locale.ROOT).startsWith(ENTAILMENT)) {
                return id;
            }
        }
        log.warn("{}: no label begins with 'entail': the last one of {} is taken for it", options.model(), labels);
        return labels.size() - 1;
    }
}
