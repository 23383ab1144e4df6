package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.debertastreams.it.support.ChildProcess;
import io.github.debertastreams.it.support.FlinkCluster;
import io.github.debertastreams.it.support.JobFile;
import io.github.debertastreams.it.support.JobJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code ML_PREDICT} from Flink's SQL client, with the job's jar, on a cluster of processes. */
@EnabledIfSystemProperty(
        named = "flink.cluster",
        matches = "true",
        disabledReason = "a minute with a Flink cluster of processes: run it with -Dflink.cluster=true")
@EnabledIf(value = "hasClient", disabledReason = "needs Flink's SQL client: run it with -Pexternals")
class FlinkSqlIT {

    private static final Path FOLDER = Path.of("target", "flink-sql", Long.toString(System.currentTimeMillis()))
            .toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern ROW = Pattern.compile("(?m)^\\| *(?:\\+I \\| *)?(\\d+) \\| *(\\S+) \\| *(\\S+) \\|");
    private static final Pattern BEST = Pattern.compile("\"label\":\"([^\"]+)\",\"score\":([0-9.E-]+)");
    private static final List<String> TEXTS = IntStream.range(0, 40)
            .mapToObj(i -> List.of(
                                    "My card hasn't arrived yet",
                                    "What is the exchange rate of the euro today?",
                                    "please transfer 20 pounds",
                                    "\u00fcber die Karte: \uD83D\uDE42")
                            .get(i % 4)
                    + " " + i)
            .toList();
    private static final String QUERY = "SELECT id, label, score FROM ML_PREDICT(TABLE mails, MODEL intents,"
            + " DESCRIPTOR(body), MAP['async', 'true', 'max-concurrent-operations', '64', 'output-mode',"
            + " 'ALLOW_UNORDERED'])";

    private static FlinkCluster cluster;

    /** The best label and its score. */
    private record Best(String label, double score) {}

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = FlinkCluster.start(FOLDER.resolve("cluster"), 1);
    }

    static boolean hasClient() {
        return System.getProperty("java.class.path").contains("flink-sql-client");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void predictsAsTheCommandLineDoes() throws IOException {
        Map<Integer, Best> found = new HashMap<>();
        String output = cluster.sql(JobJar.find(), model("") + mails() + QUERY + ";");
        Matcher rows = ROW.matcher(output);
        while (rows.find()) {
            found.put(Integer.parseInt(rows.group(1)), new Best(rows.group(2), Double.parseDouble(rows.group(3))));
        }

        assertThat(found).as(output).hasSize(TEXTS.size());
        List<Best> expected = commandLine();
        for (int i = 0; i < TEXTS.size(); i++) {
            Best best = Objects.requireNonNull(found.get(i), "row " + i);
            assertThat(best.label).isEqualTo(expected.get(i).label);
            assertThat(best.score).isCloseTo(expected.get(i).score, within(1e-5));
        }
    }

    @Test
    void explainsAQuery() throws IOException {
        assertThat(cluster.sql(JobJar.find(), model("") + mails() + "EXPLAIN " + QUERY + ";"))
                .contains("== Optimized Physical Plan ==", "MLPredictTableFunction", "default_database.intents");
    }

    @Test
    void aWrongOptionIsRefusedWithTheNearestKnown() throws IOException {
        assertThat(cluster.sql(JobJar.find(), model(", 'top.kk' = '2'") + mails() + QUERY + ";"))
                .contains("unknown option 'top.kk', did you mean 'top.k'?");
    }

    private static String model(String more) {
        return "SET 'sql-client.execution.result-mode' = 'tableau';\n"
                + "SET 'table.display.max-column-width' = '60';\n"
                + "CREATE MODEL intents INPUT (body STRING) OUTPUT (label STRING, score DOUBLE) WITH ("
                + "'provider' = 'deberta', 'task' = 'text-classification', 'model' = '"
                + JobFile.MODEL + "'" + more + ");\n";
    }

    private static String mails() {
        return IntStream.range(0, TEXTS.size())
                .mapToObj(i -> "(" + i + ", '" + TEXTS.get(i).replace("'", "''") + "')")
                .collect(Collectors.joining(
                        ", ",
                        "CREATE TEMPORARY VIEW mails AS SELECT id, CAST(body AS STRING) body FROM (VALUES ",
                        ") AS t (id, body);\n"));
    }

    private static List<Best> commandLine() throws IOException {
        Path lines = FOLDER.resolve("texts.jsonl");
        Path answers = FOLDER.resolve("predictions.jsonl");
        Files.write(
                lines,
                TEXTS.stream().map(text -> "{\"text\": \"" + text + "\"}").toList());
        try (ChildProcess predict = ChildProcess.start(
                FOLDER.resolve("predict.log"),
                "io.github.debertastreams.model.cli.Deberta",
                "predict",
                "--model",
                JobFile.MODEL.toString(),
                "--input",
                lines.toString(),
                "--output",
                answers.toString())) {
            assertThat(predict.await(PATIENCE))
                    .as("exit status, see %s", predict.log())
                    .isZero();
            List<Best> best = new ArrayList<>();
            for (String line : Files.readAllLines(answers)) {
                Matcher first = BEST.matcher(line.replace(": ", ":").replace(", ", ","));
                if (first.find()) {
                    best.add(new Best(first.group(1), Double.parseDouble(first.group(2))));
                }
            }
            assertThat(best).hasSize(TEXTS.size());
            return best;
        }
    }
}
