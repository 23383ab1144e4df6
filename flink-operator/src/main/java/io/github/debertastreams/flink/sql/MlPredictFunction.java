package io.github.debertastreams.flink.sql;

import io.github.debertastreams.flink.ModelLocation;
import io.github.debertastreams.flink.PredictionMetrics;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.jspecify.annotations.Nullable;

/**
 * One row of predictions for each row of the table; the rows of all subtasks of a TaskManager are read in common batches. Public for
 * the code that Flink generates.
 */
public final class MlPredictFunction extends AsyncPredictFunction {

    private static final long serialVersionUID = 1;

    private final SqlModel model;

    private transient @Nullable Running running;

    MlPredictFunction(SqlModel model) {
        this.model = model;
    }

    @Override
    public void open(FunctionContext context) {
        ModelLocation location = new ModelLocation(context::getCachedFile, context.getUserCodeClassLoader());
        PredictionService service = PredictionService.acquire(model.modelOptions(location));
        running = new Running(model.columns(), service, PredictionMetrics.of(context.getMetricGroup(), service));
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncPredict(RowData row) {
        Running task = opened();
        TextInput input = model.input().read(row);
        if (input == null) {
            return CompletableFuture.completedFuture(task.row(noText(task.service.model())));
        }
        return task.service.submit(input, (by, outcome) -> task.row(prediction(by, outcome)));
    }

    @Override
    public void close() {
        if (running != null) {
            running.service.close();
            running = null;
        }
    }

    private Prediction prediction(TextModel by, Outcome outcome) {
        if (model.onError() == SqlModel.OnError.FAIL && outcome instanceof Outcome.Rejected rejected) {
            throw new ModelException(rejected.kind(), "no prediction for a row: " + rejected.reason());
        }
        return new PredictionMapper(ModelInfo.of(by)).toAvro("", outcome, Instant.now());
    }

    /** As SQL has it, nothing comes of NULL, and that is no failure. */
    private static Prediction noText(TextModel model) {
        return new PredictionMapper(ModelInfo.of(model))
                .failure("", ErrorKind.NO_TEXT, "the text is NULL", Instant.now());
    }

    private Running opened() {
        if (running == null) {
            throw new IllegalStateException("the function is not open");
        }
        return running;
    }

    /** What the function holds between {@code open} and {@code close}. */
    private record Running(Conversion<Prediction> columns, PredictionService service, PredictionMetrics metrics) {

        Collection<RowData> row(Prediction prediction) {
            metrics.record(prediction);
            return List.of((RowData) columns.of(prediction));
        }
    }
}
