package io.github.debertastreams.model.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The largest error seen of each kind of output, in each group of golden cases. */
public final class LargestErrors {

    private record Seen(double error, String where) {}

    private final SortedMap<String, SortedMap<String, Seen>> byGroup = new TreeMap<>();

    /** @param name a golden case, such as {@code v1_act_relu}, of the group {@code v1 act} */
    void add(String name, String output, double error, String where) {
        String[] parts = name.split("_");
        String group = parts[0] + (parts[1].equals("act") || parts[1].equals("mlm") ? " " + parts[1] : "");
        String kind = output.startsWith("hidden_states.") || output.equals("last_hidden_state")
                ? "hidden states"
                : output.startsWith("attentions.") ? "attentions" : output.replace('_', ' ');
        byGroup.computeIfAbsent(group, key -> new TreeMap<>())
                .merge(kind, new Seen(error, where), (old, seen) -> seen.error() > old.error() ? seen : old);
    }

    /** Writes a table for docs/benchmarks/accuracy.md. */
    public void write(Path file) throws IOException {
        StringBuilder table =
                new StringBuilder("| Cases | Output | Largest error | Where |\n| --- | --- | --- | --- |\n");
        for (Map.Entry<String, SortedMap<String, Seen>> group : byGroup.entrySet()) {
            group.getValue()
                    .forEach((kind, seen) -> table.append(String.format(
                            Locale.ROOT,
                            "| %s | %s | %.2e | %s |%n",
                            group.getKey(),
                            kind,
                            seen.error(),
                            seen.where())));
        }
        Files.writeString(file, table);
    }
}
