package io.github.debertastreams.flink.benchmark;

import io.github.debertastreams.benchmark.SingleTexts;
import io.github.debertastreams.flink.DebertaStreams;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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
    private static final PredictionMapper MAPPER =
            new PredictionMapper(new ModelInfo("one call each", "", "onnx", "text-classification"));

    private final String directory;
    private final @Nullable String graph;

    private transient @Nullable SingleTexts model;
    private transient @Nullable ExecutorService thread;

    OneCallPerRecord(String directory, @Nullable String graph) {
        this.directory = directory;
        this.graph = graph;
    }

    @Override
    public void open(OpenContext context) {
        model = SingleTexts.open(Path.of(directory), graph == null ? null : Path.of(graph));
        thread = Executors.newSingleThreadExecutor();
    }

    @Override
    public void asyncInvoke(String text, ResultFuture<Prediction> result) {
        SingleTexts open = model;
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

    private static Prediction predict(SingleTexts model, String text) {
        return MAPPER.toAvro("", model.predict(text), Instant.now());
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
