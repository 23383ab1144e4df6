package io.github.debertastreams.flink.sql;

import io.github.debertastreams.flink.ModelLocation;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NearestName;
import io.github.debertastreams.schemas.Prediction;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * A model as SQL describes it, checked as far as can be without its directory, which may be on the TaskManagers alone.
 *
 * @param options those of {@link ModelOptions#from(Map)}
 * @param input where the text is
 * @param output the model's columns
 * @param onError what becomes of a row without a prediction
 */
record SqlModel(Map<String, String> options, InputColumns input, RowType output, OnError onError)
        implements Serializable {

    /** What becomes of a row that the model refuses. */
    enum OnError {
        /** The job fails. */
        FAIL,
        /** Its columns are NULL, and {@code error_kind} and {@code error_message} say why. */
        ERROR_COLUMNS
    }

    static final String PROVIDER = "provider";
    static final String TASK = "task";
    static final String ON_ERROR = "on.error";

    private static final String MODEL = "model";
    private static final Set<String> OWN_KEYS = Set.of(PROVIDER, ON_ERROR);

    SqlModel {
        options = Map.copyOf(options);
    }

    /** @throws ValidationException saying what was found and what was expected */
    static SqlModel of(Map<String, String> given, RowType input, RowType output) {
        Map<String, String> options = new HashMap<>();
        for (Map.Entry<String, String> option : new TreeMap<>(given).entrySet()) {
            requireKnown(option.getKey());
            if (ModelOptions.KEYS.containsKey(option.getKey())) {
                options.put(option.getKey(), option.getValue());
            }
        }
        if (!options.containsKey(TASK)) {
            throw new ValidationException("option 'task' is missing: a model's columns depend on it");
        }
        requireReachable(options.getOrDefault(MODEL, ""));
        try {
            ModelOptions.from(options);
        } catch (IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
        SqlModel model = new SqlModel(options, InputColumns.of(input), output, onError(given.get(ON_ERROR), output));
        model.columns();
        return model;
    }

    /** From a prediction to the model's columns. */
    Conversion<Prediction> columns() {
        for (RowType.RowField field : output.getFields()) {
            if (!field.getType().isNullable()) {
                throw new ValidationException("output column '" + field.getName() + "' is "
                        + field.getType().asSummaryString()
                        + ", expected one that may be NULL: a NULL text has no prediction");
            }
        }
        return TaskColumns.of(task()).fields(output, name -> "output column '" + name + "' of " + task());
    }

    String task() {
        return options.getOrDefault(TASK, "");
    }

    /** How the model is opened on this machine. */
    ModelOptions modelOptions(ModelLocation location) {
        return ModelOptions.from(location.local(options));
    }

    private static void requireReachable(String model) {
        if (ModelLocation.isCached(model)) {
            throw new ValidationException("option 'model' is '" + model
                    + "', but asynchronous functions of SQL know no distributed cache: expected a directory of the"
                    + " TaskManagers or of a file system of Flink, a name on a hub, or jar:FOLDER");
        }
    }

    private static void requireKnown(String key) {
        if (!ModelOptions.KEYS.containsKey(key) && !OWN_KEYS.contains(key)) {
            Set<String> known = new TreeSet<>(ModelOptions.KEYS.keySet());
            known.addAll(OWN_KEYS);
            throw new ValidationException(
                    "unknown option '" + key + "', did you mean '" + NearestName.of(key, known) + "'? Known: " + known);
        }
    }

    private static OnError onError(@Nullable String value, RowType output) {
        boolean told = output.getFieldNames().stream()
                .anyMatch(name -> name.equalsIgnoreCase(TaskColumns.ERROR_KIND)
                        || name.equalsIgnoreCase(TaskColumns.ERROR_MESSAGE));
        if (value == null) {
            return told ? OnError.ERROR_COLUMNS : OnError.FAIL;
        }
        return switch (value) {
            case "fail" -> OnError.FAIL;
            case "error-columns" -> {
                if (!told) {
                    throw new ValidationException("option 'on.error' is error-columns, but the output has neither "
                            + TaskColumns.ERROR_KIND + " nor " + TaskColumns.ERROR_MESSAGE);
                }
                yield OnError.ERROR_COLUMNS;
            }
            default ->
                throw new ValidationException("option 'on.error' is '" + value + "', expected fail or error-columns");
        };
    }
}
