package io.github.debertastreams.flink;

import io.github.debertastreams.flink.DebertaAsyncFunction.Output;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.rules.TextExtractor;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.typeutils.TupleTypeInfo;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

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
 * the timeout, becomes a prediction whose result is a {@link PredictionError}; {@link #splitErrors} parts these from the others. A failing model fails the job.
 */
public final class DebertaStreams {

    /** The side output of {@link #splitErrors}. */
    public static final OutputTag<Prediction> ERRORS = new OutputTag<>("deberta-errors", PredictionSerializer.TYPE);

    private DebertaStreams() {}

    /** The predictions of a stream. Give the operator a {@code uid} where the job keeps savepoints. */
    public static <T> SingleOutputStreamOperator<Prediction> predict(
            DataStream<T> stream, TextExtractor<? super T> extractor, PredictOptions options) {
        return predict(stream, extractor, options, NlpModel::open);
    }

    /** The same with each record beside its prediction, for whoever needs more of it than an id. */
    public static <T> SingleOutputStreamOperator<Tuple2<T, Prediction>> predictBeside(
            DataStream<T> stream, TextExtractor<? super T> extractor, PredictOptions options) {
        Output<T, Tuple2<T, Prediction>> output =
                new Output<>(Tuple2::of, new TupleTypeInfo<>(stream.getType(), PredictionSerializer.TYPE));
        return async(stream, new DebertaAsyncFunction<>(extractor, options, NlpModel::open, output), options);
    }

    /**
     * Sends errors to a side output: the stream that is returned has predictions with a result alone, and
     * {@code getSideOutput(}{@link #ERRORS}{@code )} of it has the others.
     */
    public static SingleOutputStreamOperator<Prediction> splitErrors(DataStream<Prediction> predictions) {
        return predictions
                .process(new ErrorSplitter(), PredictionSerializer.TYPE)
                .name("DeBERTa errors");
    }

    /** For operators of one's own that return predictions: {@code .returns(DebertaStreams.predictionType())}. */
    public static TypeInformation<Prediction> predictionType() {
        return PredictionSerializer.TYPE;
    }

    static <T> SingleOutputStreamOperator<Prediction> predict(
            DataStream<T> stream, TextExtractor<? super T> extractor, PredictOptions options, ModelOpener open) {
        Output<T, Prediction> output = new Output<>((value, prediction) -> prediction, PredictionSerializer.TYPE);
        return async(stream, new DebertaAsyncFunction<>(extractor, options, open, output), options);
    }

    private static <T, R> SingleOutputStreamOperator<R> async(
            DataStream<T> stream, DebertaAsyncFunction<T, R> function, PredictOptions options) {
        long timeout = options.timeout().toMillis();
        SingleOutputStreamOperator<R> predictions = switch (options.order()) {
            case ORDERED ->
                AsyncDataStream.orderedWait(stream, function, timeout, TimeUnit.MILLISECONDS, options.capacity());
            case UNORDERED ->
                AsyncDataStream.unorderedWait(stream, function, timeout, TimeUnit.MILLISECONDS, options.capacity());
        };
        return predictions.name("DeBERTa");
    }
}
