package io.github.debertastreams.schemas;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.Answers;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.model.task.Entities;
import io.github.debertastreams.model.task.TokenEmbeddings;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.TimeUnit;

/** From the model's outcomes to the Avro records of both hosts. Threads may share a mapper. */
public final class PredictionMapper {

    private final ModelInfo model;

    public PredictionMapper(ModelInfo model) {
        this.model = model;
    }

    /** What became of the text of this id; a rejection becomes a {@link PredictionError}. */
    public Prediction toAvro(String id, Outcome outcome, Instant predictedAt) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return failure(id, kind(rejected.kind()), rejected.reason(), predictedAt);
        }
        if (outcome instanceof Outcome.Predicted predicted) {
            return envelope(id, predictedAt)
                    .setResult(result(predicted.prediction()))
                    .setTokenCount(predicted.tokenCount())
                    .setTruncated(predicted.truncated())
                    .setTimings(timings(predicted.timings()))
                    .build();
        }
        throw new IllegalArgumentException("no Avro mapping for " + outcome.getClass());
    }

    /** The record of this id could not be given to the model. */
    public Prediction failure(String id, ErrorKind kind, String message, Instant predictedAt) {
        return envelope(id, predictedAt)
                .setResult(new PredictionError(kind, message))
                .build();
    }

    /** The same envelope with an error in place of its result: there was a prediction, but it cannot be had. */
    public static Prediction failed(Prediction prediction, PredictionError error) {
        return Prediction.newBuilder()
                .setId(prediction.getId())
                .setTask(prediction.getTask())
                .setModel(prediction.getModel())
                .setModelRevision(prediction.getModelRevision())
                .setBackend(prediction.getBackend())
                .setPredictedAt(prediction.getPredictedAt())
                .setResult(error)
                .build();
    }

    private static ErrorKind kind(ModelException.Kind kind) {
        return switch (kind) {
            case INVALID_INPUT -> ErrorKind.INVALID_INPUT;
            case TOO_LONG -> ErrorKind.TOO_LONG;
            case FAILED_INPUT -> ErrorKind.MODEL_ERROR;
            case BUNDLE, BACKEND -> throw new IllegalArgumentException(kind + " rejects no input");
        };
    }

    private Prediction.Builder envelope(String id, Instant predictedAt) {
        return Prediction.newBuilder()
                .setId(id)
                .setTask(model.task())
                .setModel(model.name())
                .setModelRevision(model.revision())
                .setBackend(model.backend())
                .setPredictedAt(predictedAt);
    }

    private static PredictionTimings timings(Outcome.Timings timings) {
        return new PredictionTimings(
                TimeUnit.NANOSECONDS.toMicros(timings.queueNanos()),
                TimeUnit.NANOSECONDS.toMicros(timings.tokenizeNanos()),
                TimeUnit.NANOSECONDS.toMicros(timings.inferNanos()),
                timings.batchSize());
    }

    private static Object result(io.github.debertastreams.model.task.Prediction prediction) {
        if (prediction instanceof Classification classification) {
            return new ClassificationResult(classification.labels().stream()
                    .map(label -> new LabelScore(label.label(), label.score()))
                    .toList());
        }
        if (prediction instanceof Entities entities) {
            return new EntitiesResult(entities.entities().stream()
                    .map(entity -> new Entity(
                            entity.group(),
                            entity.score(),
                            entity.word(),
                            entity.start(),
                            entity.end(),
                            entity.index()))
                    .toList());
        }
        if (prediction instanceof Answers found) {
            return new AnswersResult(found.answers().stream()
                    .map(answer -> new Answer(answer.answer(), answer.score(), answer.start(), answer.end()))
                    .toList());
        }
        if (prediction instanceof io.github.debertastreams.model.task.MaskFills fills) {
            return new MaskFillsResult(fills.masks().stream()
                    .map(mask -> new MaskFills(
                            mask.stream().map(PredictionMapper::fill).toList()))
                    .toList());
        }
        if (prediction instanceof Embedding embedding) {
            float[] vector = embedding.vector();
            return new EmbeddingResult(new FloatList(vector, 0, vector.length), List.of());
        }
        if (prediction instanceof TokenEmbeddings tokens) {
            List<List<Float>> vectors = new ArrayList<>(tokens.tokens());
            for (int token = 0; token < tokens.tokens(); token++) {
                vectors.add(new FloatList(tokens.vectors(), token * tokens.size(), tokens.size()));
            }
            return new EmbeddingResult(List.of(), vectors);
        }
        throw new IllegalArgumentException("no Avro mapping for " + prediction.getClass());
    }

    private static MaskFill fill(io.github.debertastreams.model.task.MaskFills.Fill fill) {
        return new MaskFill(fill.token(), fill.tokenText(), fill.score(), fill.sequence());
    }

    /** A view, so that a vector is not boxed before it is written. The array is the prediction's. */
    private static final class FloatList extends AbstractList<Float> implements List<Float>, RandomAccess {

        private final float[] values;
        private final int offset;
        private final int size;

        FloatList(float[] values, int offset, int size) {
            this.values = values;
            this.offset = offset;
            this.size = size;
        }

        @Override
        public Float get(int index) {
            return values[offset + Objects.checkIndex(index, size)];
        }

        @Override
        public int size() {
            return size;
        }
    }
}
