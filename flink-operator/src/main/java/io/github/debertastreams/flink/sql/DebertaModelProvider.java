package io.github.debertastreams.flink.sql;

import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;

/** Gives {@code ML_PREDICT} its function. There is an asynchronous one alone: a synchronous one would have batches of one row. */
record DebertaModelProvider(SqlModel model) implements AsyncPredictRuntimeProvider {

    @Override
    public AsyncPredictFunction createAsyncPredictFunction(Context context) {
        return new MlPredictFunction(model);
    }

    @Override
    public ModelProvider copy() {
        return this;
    }
}
