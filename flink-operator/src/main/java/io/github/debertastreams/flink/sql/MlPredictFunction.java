package io.github.debertastreams.flink.sql;

import io.github.debertastreams.model.task.TextInput;
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

    private transient @Nullable OpenModel open;

    MlPredictFunction(SqlModel model) {
        this.model = model;
    }

    @Override
    public void open(FunctionContext context) {
        open = OpenModel.open(model, context);
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncPredict(RowData row) {
        if (open == null) {
            throw new IllegalStateException("the function is not open");
        }
        TextInput input = model.input().read(row);
        return input == null
                ? CompletableFuture.completedFuture(List.of(open.ofNull()))
                : open.predict(input).thenApply(List::of);
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
