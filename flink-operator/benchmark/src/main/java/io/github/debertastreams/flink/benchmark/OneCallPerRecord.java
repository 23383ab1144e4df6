package io.github.debertastreams.flink.benchmark;

import io.github.debertastreams.flink.DebertaStreams;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.jspecify.annotations.Nullable;

/** The async function that comes to mind first: each record is a call of its own, on a thread of the subtask's. */
final class OneCallPerRecord extends RichAsyncFunction<String, Prediction> implements ResultTypeQueryable<Prediction> {

    private static final long serialVersionUID = 1;

    private final Map<String, String> options;

    private transient @Nullable NlpModel model;
    private transient @Nullable ExecutorService thread;

    OneCallPerRecord(Map<String, String> options) {
        this.options = Map.copyOf(options);
    }

    @Override
    public void open(OpenContext context) {
        model = NlpModel.open(ModelOptions.from(options));
        thread = Executors.newSingleThreadExecutor();
    }

    @Override
    public void asyncInvoke(String text, ResultFuture<Prediction> result) {
        NlpModel open = model;
        if (open == null || thread == null) {
            throw new IllegalStateException("not open");
        }
        CompletableFuture.supplyAsync(() -> predict(open, text), thread).whenComplete((prediction, failure) -> {
            if (failure == null) {
                result.complete(List.of(prediction));
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    @Override
    public TypeInformation<Prediction> getProducedType() {
        return DebertaStreams.predictionType();
    }

    private static Prediction predict(NlpModel model, String text) {
        return new PredictionMapper(ModelInfo.of(model))
                .toAvro("", model.predict(List.of(TextInput.of(text))).get(0), Instant.now());
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
        if (model != null) {
            model.close();
        }
    }
}
