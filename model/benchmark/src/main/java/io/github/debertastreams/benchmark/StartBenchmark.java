package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.cli.CommandException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta bench start}: how long a new JVM takes until a model has given its first answer, ours and exported graphs by turns. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "Times opening a model and its first answer, each in a JVM of its own, by turns.")
final class StartBenchmark implements Callable<Integer> {

    private static final double NANOS = 1e6;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "model directory.")
    private Path model = Path.of("");

    @Option(names = "--onnx", split = ",", paramLabel = "FILE", description = "exported graphs of the same model.")
    private List<Path> graphs = List.of();

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "for a batch; default 1.")
    private int threads;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "default 5, after one that warms the disk's cache.")
    private int rounds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Rounds[]> measured = new LinkedHashMap<>();
        List<String> contestants = new ArrayList<>(List.of("native", "cold"));
        graphs.forEach(graph -> contestants.add(graph.toString()));
        for (int round = -1; round < rounds; round++) {
            for (String contestant : contestants) {
                long[] nanos = probe(contestant);
                Rounds[] of = measured.computeIfAbsent(
                        contestant, key -> new Rounds[] {new Rounds(), new Rounds(), new Rounds()});
                if (round >= 0) {
                    of[0].add(nanos[0] / NANOS);
                    of[1].add(nanos[1] / NANOS);
                    of[2].add((nanos[0] + nanos[1]) / NANOS);
                }
            }
        }
        print("%-50s %10s %10s %10s", "medians, ms", "open", "first", "both");
        measured.forEach((name, of) ->
                print("%-50s %,10.0f %,10.0f %,10.0f", name, of[0].median(), of[1].median(), of[2].median()));
        return 0;
    }

    private long[] probe(String contestant) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments()); // the launcher's
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StartProbe.class.getName()));
        command.addAll(List.of(model.toString(), Integer.toString(threads), contestant));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || printed.isEmpty()) {
            throw new CommandException(contestant + " could not be opened with " + model);
        }
        String[] fields = printed.substring(printed.lastIndexOf('\n') + 1).split(" ");
        return new long[] {Long.parseLong(fields[0]), Long.parseLong(fields[1])};
    }

    private void print(String format, Object... values) {
        spec.commandLine().getOut().printf(Locale.ROOT, format + "%n", values);
    }
}
