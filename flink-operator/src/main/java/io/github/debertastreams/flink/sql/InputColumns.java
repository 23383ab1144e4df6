package io.github.debertastreams.flink.sql;

import io.github.debertastreams.model.task.TextInput;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Which of a model's input columns is what: the first string is the text, a second one its pair, an array of strings the candidates.
 *
 * @param pair index of the column; -1: there is none
 * @param candidates index of the column; -1: there is none
 */
record InputColumns(int text, int pair, int candidates) implements Serializable {

    private static final String EXPECTED =
            "expected a STRING, after it the STRING of a pair where the task reads pairs, and an ARRAY<STRING> of candidates"
                    + " where each text has its own";

    /** @throws ValidationException where there is no text, or a column that is nothing of the three */
    static InputColumns of(RowType row) {
        List<Integer> strings = new ArrayList<>();
        List<Integer> arrays = new ArrayList<>();
        for (int i = 0; i < row.getFieldCount(); i++) {
            LogicalType type = row.getTypeAt(i);
            if (type.is(LogicalTypeFamily.CHARACTER_STRING)) {
                strings.add(i);
            } else if (type instanceof ArrayType array
                    && array.getElementType().is(LogicalTypeFamily.CHARACTER_STRING)) {
                arrays.add(i);
            } else {
                throw new ValidationException("input column '"
                        + row.getFieldNames().get(i) + "' is " + type.asSummaryString() + ", " + EXPECTED);
            }
        }
        if (strings.isEmpty() || strings.size() > 2 || arrays.size() > 1) {
            throw new ValidationException("the input is " + row.asSummaryString() + ", " + EXPECTED);
        }
        return new InputColumns(
                strings.get(0), strings.size() > 1 ? strings.get(1) : -1, arrays.isEmpty() ? -1 : arrays.get(0));
    }

    /** What the model is given; null where a text is null. */
    @Nullable
    TextInput read(RowData row) {
        if (row.isNullAt(text) || (pair >= 0 && row.isNullAt(pair))) {
            return null;
        }
        String second = pair < 0 ? null : row.getString(pair).toString();
        return new TextInput(row.getString(text).toString(), second, candidates(row));
    }

    private List<String> candidates(RowData row) {
        if (candidates < 0 || row.isNullAt(candidates)) {
            return List.of();
        }
        ArrayData array = row.getArray(candidates);
        List<String> all = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            if (!array.isNullAt(i)) {
                all.add(array.getString(i).toString());
            }
        }
        return all;
    }
}
