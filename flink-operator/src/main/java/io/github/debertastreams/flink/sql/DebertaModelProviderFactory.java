package io.github.debertastreams.flink.sql;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.types.logical.RowType;

/**
 * Makes {@code CREATE MODEL … WITH ('provider' = 'deberta', 'model' = 'DIR', 'task' = 'TASK', …)} a model that {@code ML_PREDICT}
 * can use. Flink finds it by name; see docs/flink.md for the columns of each task.
 */
public final class DebertaModelProviderFactory implements ModelProviderFactory {

    static final String IDENTIFIER = "deberta";

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(option("model"), option(SqlModel.TASK));
    }

    /** The table of {@link SqlModel} is what is checked; Flink does not ask here. */
    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(option(SqlModel.ON_ERROR));
    }

    @Override
    public ModelProvider createModelProvider(Context context) {
        ResolvedCatalogModel model = context.getCatalogModel();
        try {
            return new DebertaModelProvider(SqlModel.of(
                    model.getOptions(), row(model.getResolvedInputSchema()), row(model.getResolvedOutputSchema())));
        } catch (ValidationException e) {
            throw new ValidationException(
                    "model " + context.getObjectIdentifier().asSummaryString() + ": " + e.getMessage(), e);
        }
    }

    private static RowType row(ResolvedSchema schema) {
        return (RowType) schema.toPhysicalRowDataType().getLogicalType();
    }

    private static ConfigOption<String> option(String key) {
        return ConfigOptions.key(key).stringType().noDefaultValue();
    }
}
