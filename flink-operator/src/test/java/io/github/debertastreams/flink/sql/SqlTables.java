package io.github.debertastreams.flink.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** Texts in a table of an environment, and what SQL makes of them. */
final class SqlTables {

    /** What Flink does about functions that are not deterministic where rows are updated. */
    static final String UPDATES = "table.optimizer.non-deterministic-update.strategy";

    /** One for all tests, as it takes seconds to make. */
    private static final TableEnvironment ENV = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    private final TableEnvironment env = ENV;

    SqlTables() {
        env.getConfig().set("parallelism.default", "2");
        env.getConfig().set(UPDATES, "IGNORE");
        env.executeSql("DROP MODEL IF EXISTS m");
        env.executeSql("DROP TEMPORARY VIEW IF EXISTS texts");
        env.executeSql("DROP TEMPORARY TABLE IF EXISTS texts");
        env.executeSql("DROP TEMPORARY TABLE IF EXISTS changes");
    }

    SqlTables run(String statement) {
        env.executeSql(statement);
        return this;
    }

    SqlTables set(String key, String value) {
        env.getConfig().set(key, value);
        return this;
    }

    String explain(String query) {
        return env.explainSql(query);
    }

    List<Row> rows(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = env.executeSql(query).collect()) {
            found.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** A statement with {@code CREATE MODEL m}; the options are keys and values in turn. */
    static String model(String input, String output, String... options) {
        List<String> with = new ArrayList<>(List.of("'provider' = 'deberta'"));
        for (int i = 0; i < options.length; i += 2) {
            with.add("'" + options[i] + "' = '" + options[i + 1].replace("'", "''") + "'");
        }
        return "CREATE MODEL m INPUT (" + input + ") OUTPUT (" + output + ") WITH (" + String.join(", ", with) + ")";
    }
}
