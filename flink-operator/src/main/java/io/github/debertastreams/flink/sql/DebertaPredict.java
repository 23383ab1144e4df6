package io.github.debertastreams.flink.sql;

import io.github.debertastreams.model.task.TextInput;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncScalarFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * {@code deberta_predict(text, 'model', 'DIR', 'task', 'TASK', …)}: a text, and the options of a model, keys and values in turn, all
 * constant. Gives a row of all columns of the task, NULL for a NULL text. Calls with equal options share a model with each other and
 * with {@code ML_PREDICT}. Made known by {@code CREATE FUNCTION deberta_predict AS
 * 'io.github.debertastreams.flink.sql.DebertaPredict'}.
 */
public final class DebertaPredict extends AsyncScalarFunction implements SpecializedFunction {

    private static final long serialVersionUID = 1;

    private static final RowType TEXT = RowType.of(VarCharType.STRING_TYPE);

    private final @Nullable SqlModel model;

    private transient @Nullable OpenModel open;

    /** For {@code CREATE FUNCTION}; what runs is made by {@link #specialize}. */
    public DebertaPredict() {
        this(null);
    }

    private DebertaPredict(@Nullable SqlModel model) {
        this.model = model;
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return new DebertaPredict(model(context.getCallContext()));
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory types) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(new Arguments())
                .outputTypeStrategy(
                        call -> Optional.of(DataTypes.of(model(call).output()).toInternal()))
                .build();
    }

    /** The model is where the job runs, not where a query is planned. */
    @Override
    public boolean supportsConstantFolding() {
        return false;
    }

    /** Its directory may hold another model tomorrow. */
    @Override
    public boolean isDeterministic() {
        return false;
    }

    @Override
    public void open(FunctionContext context) {
        if (model == null) {
            throw new IllegalStateException("the function has not been told its model");
        }
        open = OpenModel.open(model, context);
    }

    /** Called by Flink; the function has read the options when the query was planned. */
    public void eval(CompletableFuture<@Nullable RowData> row, @Nullable String text, String... options) {
        if (open == null) {
            throw new IllegalStateException("the function is not open");
        }
        if (text == null) {
            row.complete(null);
            return;
        }
        open.predict(TextInput.of(text)).whenComplete((found, failure) -> {
            if (failure == null) {
                row.complete(found);
            } else {
                row.completeExceptionally(failure);
            }
        });
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private static SqlModel model(CallContext call) {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < call.getArgumentDataTypes().size(); i += 2) {
            String key = constant(call, i);
            if (options.put(key, constant(call, i + 1)) != null) {
                throw new ValidationException("option '" + key + "' is there twice");
            }
        }
        String task = options.get(SqlModel.TASK);
        RowType columns = task == null
                ? RowType.of()
                : (RowType) call.getDataTypeFactory()
                        .createLogicalType(TaskColumns.of(task).toString());
        return SqlModel.of(options, TEXT, columns);
    }

    private static String constant(CallContext call, int argument) {
        return call.getArgumentValue(argument, String.class)
                .orElseThrow(() -> new ValidationException("argument " + (argument + 1)
                        + " is not constant, expected the model's options, keys and values in turn"));
    }

    /** A text, then options two by two. */
    private static final class Arguments implements InputTypeStrategy {

        @Override
        public ArgumentCount getArgumentCount() {
            return ConstantArgumentCount.from(1);
        }

        @Override
        public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
            int count = call.getArgumentDataTypes().size();
            return count % 2 == 1
                    ? Optional.of(Collections.nCopies(count, DataTypes.STRING()))
                    : call.fail(throwOnFailure, "expected a text, and then keys and values in turn");
        }

        @Override
        public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
            return List.of(Signature.of(
                    Signature.Argument.of("text", "STRING"), Signature.Argument.ofVarying("option", "STRING")));
        }
    }
}
