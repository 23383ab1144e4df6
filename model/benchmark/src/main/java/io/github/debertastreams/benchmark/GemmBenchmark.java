package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.cli.CommandException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta bench gemm}: products with packed weights beside ONNX Runtime's MatMul with constant ones, by turns in one run. */
@Command(
        name = "gemm",
        mixinStandardHelpOptions = true,
        description = {
            "Times our kernels' products with weights beside ONNX Runtime's MatMul, on one thread.",
            "Twelve weights of a size take turns, as an encoder's layers do."
        })
final class GemmBenchmark implements Callable<Integer> {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    @Option(
            names = "--sizes",
            paramLabel = "KxN",
            split = ",",
            description = "inputs by outputs of a layer; default: ${DEFAULT-VALUE}.")
    private List<String> sizes = List.of("768x768", "768x3072", "3072x768");

    @Option(names = "--rows", paramLabel = "M", split = ",", description = "tokens; default: ${DEFAULT-VALUE}.")
    private List<Integer> rows = List.of(16, 32, 64, 128, 512, 2048);

    @Option(names = "--rounds", paramLabel = "N", description = "rounds of each; default: ${DEFAULT-VALUE}.")
    private int rounds = 9;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        double peak = FmaPeak.gigaflops();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "one thread's multiply-adds: %.0f GFLOP/s; Java %s; %d rounds%n",
                peak,
                Runtime.version(),
                rounds);
        out.printf(
                "%6s %-10s  %-32s %9s %9s %8s %6s %6s%n",
                "rows", "size", "", "best ms", "median", "GFLOP/s", "peak", "ratio");
        for (String size : sizes) {
            Matcher matcher = SIZE.matcher(size);
            if (!matcher.matches()) {
                throw new CommandException("size '" + size + "' is unknown, expected such as 768x3072");
            }
            for (int count : rows) {
                Products products =
                        Products.random(count, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
                measure(products, size, peak, out);
            }
        }
        return 0;
    }

    private void measure(Products products, String size, double peak, PrintWriter out) {
        OwnProducts own = new OwnProducts(products);
        try (MatMuls theirs = new MatMuls(products)) {
            List<Passes<Repeatable>> measured = List.of(new Passes<>(own), new Passes<>(theirs));
            Passes.byTurns(measured, rounds);
            double ours = measured.get(0).rounds().median();
            for (Passes<Repeatable> passes : measured) {
                double median = passes.rounds().median();
                double gigaflops = products.operations() / median / 1e9;
                out.printf(
                        Locale.ROOT,
                        "%6d %-10s  %-32s %9.3f %9.3f %8.1f %5.0f%% %6.2f%n",
                        products.rows(),
                        size,
                        passes.contestant().name(),
                        1e3 * passes.rounds().best(),
                        1e3 * median,
                        gigaflops,
                        100 * gigaflops / peak,
                        median / ours);
            }
            out.printf(
                    Locale.ROOT,
                    "%18s largest difference %.1e%n",
                    "",
                    Differences.largest(own.product(), theirs.product()));
            out.flush();
        }
    }
}
