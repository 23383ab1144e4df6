package io.github.debertastreams.it.support;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the files in {@code docs/observability/} ask Prometheus. */
public final class Observability {

    /** Of this repository's alert rules and dashboard. */
    public static final Path FOLDER =
            Path.of("..", "docs", "observability").toAbsolutePath().normalize();

    private static final Pattern ALERT = Pattern.compile("(?m)^\\s+expr: (.+)$");
    private static final Pattern METRIC = Pattern.compile("\\b(?:deberta|kafka|flink)_\\w+");

    private Observability() {}

    public static List<String> dashboardQueries() throws IOException {
        return new JsonMapper()
                .readTree(FOLDER.resolve("grafana/deberta.json").toFile())
                .findValuesAsText("expr");
    }

    public static List<String> alertQueries() throws IOException {
        Matcher alerts = ALERT.matcher(Files.readString(FOLDER.resolve("alerts.yml")));
        return alerts.results().map(match -> match.group(1)).toList();
    }

    /** The names in all queries that start with one of these. */
    public static Set<String> metrics(String... prefixes) throws IOException {
        Set<String> names = new TreeSet<>();
        for (List<String> queries : List.of(dashboardQueries(), alertQueries())) {
            for (String query : queries) {
                METRIC.matcher(query).results().map(match -> match.group()).forEach(names::add);
            }
        }
        names.removeIf(name -> List.of(prefixes).stream().noneMatch(name::startsWith));
        return names;
    }

    /** The names in an answer of {@code /metrics}. */
    public static Set<String> served(String text) {
        Set<String> names = new TreeSet<>();
        text.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        return names;
    }
}
