package io.github.debertastreams.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.debertastreams.model.cli.CommandException;
import io.github.debertastreams.model.encoder.ModelConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code deberta bench encoder}: our backends beside an exported graph in ONNX Runtime, over batches of given shapes, by turns in one
 * run.
 */
@Command(
        name = "encoder",
        mixinStandardHelpOptions = true,
        description = {
            "Times the encoder beside a graph that torch.onnx.export made of the same weights (--onnx, see "
                    + "model/benchmark/src/main/scripts/export_onnx.py), batch by batch in turn.",
            "GFLOP/s count real tokens only; padding is nobody's gain."
        })
final class EncoderBenchmark implements Callable<Integer> {

    @Option(names = "--model", paramLabel = "DIR", description = "model directory.")
    private @Nullable Path model;

    @Option(
            names = "--random",
            paramLabel = "NAME",
            description = "random weights in the size of deberta-base, deberta-v3-base, …, instead of --model.")
    private @Nullable String random;

    @Option(
            names = "--onnx",
            paramLabel = "FILE",
            split = ",",
            description = "exported graphs of the same model, to run beside.")
    private List<Path> graphs = List.of();

    @Option(
            names = "--shapes",
            split = ",",
            paramLabel = "SHAPE",
            defaultValue = "1x16,1x64,1x128,8x64,16x128,4x384,mix32",
            description = "texts x tokens, or mix32: 32 texts of different lengths; default ${DEFAULT-VALUE}.")
    private List<String> shapes = List.of();

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            defaultValue = "1",
            description = "threads for a batch, ours and theirs; default ${DEFAULT-VALUE}.")
    private List<Integer> threads = List.of();

    @Option(
            names = "--backends",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "native",
            description =
                    "our backends: native, native-bf16, onnx, cuda, cuda-fp32; default ${DEFAULT-VALUE}. Ratios are to the first.")
    private List<String> backends = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "measured rounds; default ${DEFAULT-VALUE}.")
    private int rounds = 9;

    @Option(names = "--json", description = "print one JSON object for each line of the table.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if ((model == null) == (random == null)) {
            throw new CommandException("expected either --model or --random");
        }
        if (random != null) {
            try (RandomModel written = RandomModel.write(random)) {
                measure(written.directory());
            }
        } else if (model != null) {
            measure(model);
        }
        return 0;
    }

    private void measure(Path directory) {
        double peak = FmaPeak.gigaflops();
        note("one thread's multiply-adds: %.0f GFLOP/s; Java %s; %d rounds", peak, Runtime.version(), rounds);
        for (int count : threads) {
            List<EncoderContestant> contestants = new ArrayList<>();
            try {
                ModelConfig config = ModelConfig.read(directory);
                for (String backend : backends) {
                    contestants.add(new OwnEncoder(directory, backend, count, true));
                }
                for (Path graph : graphs) {
                    contestants.add(new ExportedEncoder(graph, count, config.vocabularySize()));
                }
                header();
                for (String name : shapes) {
                    measure(EncoderShape.parse(name), contestants, count, config, peak * count);
                }
            } finally {
                contestants.forEach(EncoderContestant::close);
            }
        }
    }

    private void measure(
            EncoderShape shape, List<EncoderContestant> contestants, int count, ModelConfig config, double peak) {
        if (shape.name().startsWith("mix")) {
            note("%s: lengths %s", shape.name(), Arrays.toString(shape.lengths()));
        }
        List<Passes<EncoderContestant>> measured = new ArrayList<>();
        for (EncoderContestant contestant : contestants) {
            contestant.prepare(shape);
            measured.add(new Passes<>(contestant));
        }
        float[] own = contestants.get(0).hiddenStates();
        for (EncoderContestant contestant : contestants.subList(1, contestants.size())) {
            double difference = Differences.largest(own, contestant.hiddenStates());
            note("%s: largest difference to %s %.1e", shape.name(), contestant.name(), difference);
        }
        Passes.byTurns(measured, rounds);
        double operations = EncoderCost.operations(config, shape);
        for (Passes<EncoderContestant> passes : measured) {
            line(shape, passes, measured.get(0), count, operations, peak);
        }
    }

    private void note(String format, Object... values) {
        if (!json) {
            out().printf(Locale.ROOT, format + "%n", values);
        }
    }

    private void header() {
        note(
                "%-9s %2s  %-40s %9s %9s %11s %8s %6s %6s",
                "shape", "th", "", "best ms", "median", "tokens/s", "GFLOP/s", "peak", "ratio");
    }

    /** {@code ratio}: how many times longer than the first of our backends, by the medians. */
    private void line(
            EncoderShape shape,
            Passes<EncoderContestant> passes,
            Passes<EncoderContestant> own,
            int count,
            double operations,
            double peak) {
        double median = passes.rounds().median();
        double gigaflops = operations / median / 1e9;
        if (!json) {
            note(
                    "%-9s %2d  %-40s %9.2f %9.2f %,11.0f %8.1f %5.0f%% %6.2f",
                    shape.name(),
                    count,
                    passes.contestant().name(),
                    1e3 * passes.rounds().best(),
                    1e3 * median,
                    shape.tokens() / median,
                    gigaflops,
                    100 * gigaflops / peak,
                    median / own.rounds().median());
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("shape", shape.name());
        fields.put("threads", count);
        fields.put("contestant", passes.contestant().name());
        fields.put("best_ms", 1e3 * passes.rounds().best());
        fields.put("median_ms", 1e3 * median);
        fields.put("rounds", rounds);
        fields.put("tokens_per_second", shape.tokens() / median);
        fields.put("gigaflops", gigaflops);
        fields.put("share_of_peak", gigaflops / peak);
        fields.put("times_ours", median / own.rounds().median());
        try {
            out().println(new ObjectMapper().writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
