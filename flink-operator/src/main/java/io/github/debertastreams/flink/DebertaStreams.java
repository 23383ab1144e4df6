package io.github.debertastreams.flink;

import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.schemas.Prediction;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Puts a model into any Flink job: one prediction per record, its event time kept.
 *
 * <pre>{@code
 * PredictOptions options = PredictOptions.of("model/demo/intents");
 * DataStream<Prediction> predictions =
 *         DebertaStreams.predict(orders, order -> SourceText.of(order.id(), order.comment()), options);
 * }</pre>
 *
 * <p>The texts of all subtasks of a TaskManager that have the same model options are read in common batches. Records in flight
 * are part of every checkpoint, and are predicted again after a restore. A record that cannot be read, or that waits longer than
 * the timeout, becomes a prediction whose result is a {@link io.github.debertastreams.schemas.PredictionError}; a failing model
 * fails the job.
 */
public final class DebertaStreams {

    private DebertaStreams() {}

    /** The predictions of a stream. Give the operator a {@code uid} where the job keeps savepoints. */
    public static <T> SingleOutputStreamOperator<Prediction> predict(
            DataStream<T> stream, TextExtractor<? super T> extractor, PredictOptions options) {
        return predict(stream, extractor, options, NlpModel::open);
    }

    /** For operators of one's own that return predictions: {@code .returns(DebertaStreams.predictionType())}. */
    public static TypeInformation<Prediction> predictionType() {
        return PredictionTypeInfo.INSTANCE;
    }

    static <T> SingleOutputStreamOperator<Prediction> predict(
            DataStream<T> stream, TextExtractor<? super T> extractor, PredictOptions options, ModelOpener open) {
        DebertaAsyncFunction<T> function = new DebertaAsyncFunction<>(extractor, options, open);
        long timeout = options.timeout().toMillis();
        SingleOutputStreamOperator<Prediction> predictions = switch (options.order()) {
            case ORDERED ->
                AsyncDataStream.orderedWait(stream, function, timeout, TimeUnit.MILLISECONDS, options.capacity());
            case UNORDERED ->
                AsyncDataStream.unorderedWait(stream, function, timeout, TimeUnit.MILLISECONDS, options.capacity());
        };
        return predictions.name("DeBERTa");
    }
}
