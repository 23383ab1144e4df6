package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.Aggregation;
import io.github.debertastreams.model.task.Answers;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Entities;
import io.github.debertastreams.model.task.MaskFills;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.TaskOptions;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.task.TokenEmbeddings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predictions as Hugging Face's pipelines write them; an error is {@code {"error":…,"kind":…}}. */
record PipelineJson(String task, TaskOptions options, OffsetUnit offsets) {

    Object of(TextInput input, Outcome outcome) {
        if (outcome instanceof Outcome.Predicted predicted) {
            return of(input, predicted.prediction());
        }
        if (outcome instanceof Outcome.Rejected rejected) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("error", rejected.reason());
            error.put("kind", rejected.kind().name());
            return error;
        }
        throw new AssertionError("an outcome of an unknown kind: " + outcome);
    }

    private Object of(TextInput input, Prediction prediction) {
        if (prediction instanceof Classification classification) {
            return task.equals("zero-shot-classification") ? zeroShot(input, classification) : labels(classification);
        }
        if (prediction instanceof Entities entities) {
            return entities.entities().stream()
                    .map(entity -> entity(input.text(), entity))
                    .toList();
        }
        if (prediction instanceof Answers found) {
            String context = input.textPair() == null ? "" : input.textPair();
            return oneOrAll(found.answers().stream()
                    .map(answer -> answer(context, answer))
                    .toList());
        }
        if (prediction instanceof MaskFills fills) {
            return oneOrAll(fills.masks().stream()
                    .map(mask -> mask.stream().map(PipelineJson::fill).toList())
                    .toList());
        }
        if (prediction instanceof Embedding embedding) {
            return embedding.vector();
        }
        if (prediction instanceof TokenEmbeddings tokens) {
            return vectors(tokens);
        }
        throw new AssertionError("a prediction of an unknown kind: " + prediction);
    }

    /** Hugging Face writes a list only where there is more than one. */
    private static Object oneOrAll(List<?> values) {
        return values.size() == 1 ? values.get(0) : values;
    }

    private Object labels(Classification classification) {
        List<Map<String, Object>> labels = new ArrayList<>();
        for (Classification.LabelScore label : classification.labels()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("label", label.label());
            fields.put("score", label.score());
            labels.add(fields);
        }
        boolean one = !task.equals("multiple-choice") && (options.topK() == null || options.topK() == 1);
        return one ? labels.get(0) : labels;
    }

    private static Map<String, Object> zeroShot(TextInput input, Classification classification) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sequence", input.text());
        fields.put(
                "labels",
                classification.labels().stream()
                        .map(Classification.LabelScore::label)
                        .toList());
        fields.put(
                "scores",
                classification.labels().stream()
                        .map(Classification.LabelScore::score)
                        .toList());
        return fields;
    }

    private Map<String, Object> entity(String text, Entities.Entity entity) {
        boolean grouped = options.aggregation() != Aggregation.NONE;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(grouped ? "entity_group" : "entity", entity.group());
        fields.put("score", entity.score());
        if (!grouped) {
            fields.put("index", entity.index());
        }
        fields.put("word", entity.word());
        fields.put("start", offsets.of(text, entity.start()));
        fields.put("end", offsets.of(text, entity.end()));
        return fields;
    }

    private Map<String, Object> answer(String context, Answers.Answer answer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("score", answer.score());
        fields.put("start", offsets.of(context, answer.start()));
        fields.put("end", offsets.of(context, answer.end()));
        fields.put("answer", answer.answer());
        return fields;
    }

    private static Map<String, Object> fill(MaskFills.Fill fill) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("score", fill.score());
        fields.put("token", fill.token());
        fields.put("token_str", fill.tokenText());
        fields.put("sequence", fill.sequence());
        return fields;
    }

    /** {@code [1, T, H]}. */
    private static List<List<float[]>> vectors(TokenEmbeddings tokens) {
        List<float[]> vectors = new ArrayList<>(tokens.tokens());
        for (int token = 0; token < tokens.tokens(); token++) {
            vectors.add(Arrays.copyOfRange(tokens.vectors(), token * tokens.size(), (token + 1) * tokens.size()));
        }
        return List.of(vectors);
    }
}
