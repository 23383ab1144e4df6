package io.github.debertastreams.flink.sql;

import static io.github.debertastreams.flink.sql.Scalar.FLAG;
import static io.github.debertastreams.flink.sql.Scalar.REAL;
import static io.github.debertastreams.flink.sql.Scalar.TEXT;
import static io.github.debertastreams.flink.sql.Scalar.WHOLE;
import static io.github.debertastreams.flink.sql.VectorShape.VECTOR;

import io.github.debertastreams.flink.sql.RowShape.Part;
import io.github.debertastreams.model.NearestName;
import io.github.debertastreams.schemas.Answer;
import io.github.debertastreams.schemas.AnswersResult;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.EmbeddingResult;
import io.github.debertastreams.schemas.EntitiesResult;
import io.github.debertastreams.schemas.Entity;
import io.github.debertastreams.schemas.LabelScore;
import io.github.debertastreams.schemas.MaskFill;
import io.github.debertastreams.schemas.MaskFills;
import io.github.debertastreams.schemas.MaskFillsResult;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.flink.table.api.ValidationException;
import org.jspecify.annotations.Nullable;

/** The columns that a model of each task can have, with the names of {@code deberta predict}'s output. */
final class TaskColumns {

    static final String ERROR_KIND = "error_kind";
    static final String ERROR_MESSAGE = "error_message";

    private static final RowShape<LabelScore> LABEL = RowShape.of(
            new Part<>("label", TEXT, LabelScore::getLabel), new Part<>("score", REAL, LabelScore::getScore));

    private static final RowShape<Entity> ENTITY = RowShape.of(
            new Part<>("entity_group", TEXT, Entity::getGroup),
            new Part<>("score", REAL, Entity::getScore),
            new Part<>("word", TEXT, Entity::getWord),
            new Part<>("start", WHOLE, Entity::getStart),
            new Part<>("end", WHOLE, Entity::getEnd),
            new Part<>("index", WHOLE, entity -> entity.getIndex() < 0 ? null : entity.getIndex()));

    private static final RowShape<Answer> ANSWER = RowShape.of(
            new Part<>("answer", TEXT, Answer::getAnswer),
            new Part<>("score", REAL, Answer::getScore),
            new Part<>("start", WHOLE, Answer::getStart),
            new Part<>("end", WHOLE, Answer::getEnd));

    private static final RowShape<MaskFill> FILL = RowShape.of(
            new Part<>("token_str", TEXT, MaskFill::getToken),
            new Part<>("token", WHOLE, MaskFill::getTokenId),
            new Part<>("score", REAL, MaskFill::getScore),
            new Part<>("sequence", TEXT, MaskFill::getSequence));

    private static final List<Part<Prediction, ?>> OF_ALL = List.of(
            new Part<>("model", TEXT, Prediction::getModel),
            new Part<>("model_revision", TEXT, Prediction::getModelRevision),
            new Part<>("token_count", WHOLE, prediction -> succeeded(prediction, Prediction::getTokenCount)),
            new Part<>("truncated", FLAG, prediction -> succeeded(prediction, Prediction::getTruncated)),
            new Part<>(
                    ERROR_KIND,
                    TEXT,
                    prediction -> of(
                            prediction,
                            PredictionError.class,
                            error -> error.getKind().name())),
            new Part<>(
                    ERROR_MESSAGE,
                    TEXT,
                    prediction -> of(prediction, PredictionError.class, PredictionError::getMessage)));

    private static final RowShape<Prediction> LABELS = columns(
            best(LABEL, TaskColumns::labels),
            List.of(new Part<>("labels", new ListShape<>(LABEL), TaskColumns::labels)));

    private static final Map<String, RowShape<Prediction>> BY_TASK = new TreeMap<>(Map.of(
            "text-classification",
            LABELS,
            "zero-shot-classification",
            LABELS,
            "rerank",
            LABELS,
            "multiple-choice",
            LABELS,
            "token-classification",
            columns(List.of(), List.of(new Part<>("entities", new ListShape<>(ENTITY), TaskColumns::entities))),
            "question-answering",
            columns(
                    best(ANSWER, TaskColumns::answers),
                    List.of(new Part<>("answers", new ListShape<>(ANSWER), TaskColumns::answers))),
            "fill-mask",
            columns(
                    best(FILL, TaskColumns::fillsOfFirstMask),
                    List.of(
                            new Part<>("fills", new ListShape<>(FILL), TaskColumns::fillsOfFirstMask),
                            new Part<>("masks", new ListShape<>(new ListShape<>(FILL)), TaskColumns::masks))),
            "feature-extraction",
            columns(
                    List.of(),
                    List.of(
                            new Part<>("embedding", VECTOR, TaskColumns::vector),
                            new Part<>("token_embeddings", new ListShape<>(VECTOR), TaskColumns::vectors)))));

    private TaskColumns() {}

    /** @throws ValidationException where no task is called so */
    static RowShape<Prediction> of(String task) {
        RowShape<Prediction> columns = BY_TASK.get(task);
        if (columns == null) {
            throw new ValidationException("option 'task' is '" + task + "', did you mean '"
                    + NearestName.of(task, BY_TASK.keySet()) + "'? Known: " + BY_TASK.keySet());
        }
        return columns;
    }

    private static RowShape<Prediction> columns(List<Part<Prediction, ?>> first, List<Part<Prediction, ?>> second) {
        List<Part<Prediction, ?>> all = new ArrayList<>(first);
        all.addAll(second);
        all.addAll(OF_ALL);
        return new RowShape<>(all);
    }

    /** The parts of the first of several, as columns of their own. */
    private static <E> List<Part<Prediction, ?>> best(
            RowShape<E> element, Function<Prediction, @Nullable List<E>> several) {
        List<Part<Prediction, ?>> best = new ArrayList<>();
        for (Part<E, ?> part : element.parts()) {
            best.add(ofFirst(part, several));
        }
        return best;
    }

    private static <E, P> Part<Prediction, P> ofFirst(
            Part<E, P> part, Function<Prediction, @Nullable List<E>> several) {
        return new Part<>(part.name(), part.shape(), prediction -> {
            List<E> all = several.apply(prediction);
            return all == null || all.isEmpty() ? null : part.read().apply(all.get(0));
        });
    }

    private static @Nullable List<LabelScore> labels(Prediction prediction) {
        return of(prediction, ClassificationResult.class, ClassificationResult::getLabels);
    }

    private static @Nullable List<Entity> entities(Prediction prediction) {
        return of(prediction, EntitiesResult.class, EntitiesResult::getEntities);
    }

    private static @Nullable List<Answer> answers(Prediction prediction) {
        return of(prediction, AnswersResult.class, AnswersResult::getAnswers);
    }

    private static @Nullable List<MaskFill> fillsOfFirstMask(Prediction prediction) {
        return of(
                prediction,
                MaskFillsResult.class,
                found -> found.getMasks().get(0).getFills());
    }

    private static @Nullable List<List<MaskFill>> masks(Prediction prediction) {
        return of(
                prediction,
                MaskFillsResult.class,
                found -> found.getMasks().stream().map(MaskFills::getFills).toList());
    }

    private static @Nullable List<Float> vector(Prediction prediction) {
        return of(prediction, EmbeddingResult.class, found -> found.getTokens().isEmpty() ? found.getVector() : null);
    }

    private static @Nullable List<List<Float>> vectors(Prediction prediction) {
        return of(prediction, EmbeddingResult.class, found -> found.getTokens().isEmpty() ? null : found.getTokens());
    }

    private static <P> @Nullable P succeeded(Prediction prediction, Function<Prediction, P> read) {
        return prediction.getResult() instanceof PredictionError ? null : read.apply(prediction);
    }

    private static <R, P> @Nullable P of(Prediction prediction, Class<R> type, Function<R, @Nullable P> read) {
        return type.isInstance(prediction.getResult()) ? read.apply(type.cast(prediction.getResult())) : null;
    }
}
