package io.github.debertastreams.flink;

import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionError;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parts errors from results: an async function has no side outputs. */
final class ErrorSplitter extends ProcessFunction<Prediction, Prediction> {

    private static final long serialVersionUID = 1;

    @Override
    public void processElement(Prediction prediction, Context context, Collector<Prediction> results) {
        if (prediction.getResult() instanceof PredictionError) {
            context.output(DebertaStreams.ERRORS, prediction);
        } else {
            results.collect(prediction);
        }
    }
}
