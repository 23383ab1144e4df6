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
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;

/** A model of SQL on a TaskManager: texts in, rows of its columns out, in batches with all who use the same model. */
final class OpenModel implements AutoCloseable {

    private final SqlModel model;
    private final Conversion<Prediction> columns;
    private final PredictionService service;
    private final PredictionMetrics metrics;

    private OpenModel(SqlModel model, PredictionService service, PredictionMetrics metrics) {
        this.model = model;
        this.columns = model.columns();
        this.service = service;
        this.metrics = metrics;
    }

    static OpenModel open(SqlModel model, FunctionContext context) {
        ModelLocation location = new ModelLocation(context::getCachedFile, context.getUserCodeClassLoader());
        PredictionService service = PredictionService.acquire(model.modelOptions(location));
        return new OpenModel(model, service, PredictionMetrics.of(context.getMetricGroup(), service));
    }

    /** Exceptionally where the model refuses the text and has no column to tell it in. */
    CompletableFuture<RowData> predict(TextInput input) {
        return service.submit(input, (by, outcome) -> row(prediction(by, outcome)));
    }

    /** As SQL has it, nothing comes of NULL, and that is no failure. */
    RowData ofNull() {
        return row(new PredictionMapper(ModelInfo.of(service.model()))
                .failure("", ErrorKind.NO_TEXT, "a text is NULL", Instant.now()));
    }

    @Override
    public void close() {
        service.close();
    }

    private Prediction prediction(TextModel by, Outcome outcome) {
        if (model.onError() == SqlModel.OnError.FAIL && outcome instanceof Outcome.Rejected rejected) {
            throw new ModelException(rejected.kind(), "no prediction for a row: " + rejected.reason());
        }
        return new PredictionMapper(ModelInfo.of(by)).toAvro("", outcome, Instant.now());
    }

    private RowData row(Prediction prediction) {
        metrics.record(prediction);
        return (RowData) columns.of(prediction);
    }
}
