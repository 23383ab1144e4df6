package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.Aggregation;
import io.github.debertastreams.model.task.Answers;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Entities;
import io.github.debertastreams.model.task.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predictions as Hugging Face's pipelines write them; an error is {@code {"error":…,"kind":…}}. */
record PipelineJson(ModelOptions options) {

    Object of(Outcome outcome) {
        if (outcome instanceof Outcome.Predicted predicted) {
            return of(predicted.prediction());
        }
        if (outcome instanceof Outcome.Rejected rejected) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("error", rejected.reason());
            error.put("kind", rejected.kind().name());
            return error;
        }
        throw new AssertionError("an outcome of an unknown kind: " + outcome);
    }

    private Object of(Prediction prediction) {
        if (prediction instanceof Classification classification) {
            List<Map<String, Object>> labels = new ArrayList<>();
            for (Classification.LabelScore label : classification.labels()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("label", label.label());
                fields.put("score", label.score());
                labels.add(fields);
            }
            return options.topK() == 1 ? labels.get(0) : labels;
        }
        if (prediction instanceof Entities entities) {
            return entities.entities().stream().map(this::of).toList();
        }
        if (prediction instanceof Answers found) {
            List<Map<String, Object>> answers =
                    found.answers().stream().map(PipelineJson::of).toList();
            return options.topK() == 1 && answers.size() == 1 ? answers.get(0) : answers;
        }
        if (prediction instanceof Embedding embedding) {
            return embedding.vector();
        }
        throw new AssertionError("a prediction of an unknown kind: " + prediction);
    }

    private static Map<String, Object> of(Answers.Answer answer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("score", answer.score());
        fields.put("start", answer.start());
        fields.put("end", answer.end());
        fields.put("answer", answer.answer());
        return fields;
    }

    private Map<String, Object> of(Entities.Entity entity) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(options.aggregation() == Aggregation.NONE ? "entity" : "entity_group", entity.group());
        fields.put("score", entity.score());
        fields.put("word", entity.word());
        fields.put("start", entity.start());
        fields.put("end", entity.end());
        return fields;
    }
}
