package io.github.debertastreams.flink.benchmark;

import io.github.debertastreams.benchmark.BatchMeter;
import io.github.debertastreams.benchmark.Benchmark;
import io.github.debertastreams.benchmark.Rounds;
import io.github.debertastreams.flink.DebertaStreams;
import io.github.debertastreams.flink.PredictOptions;
import io.github.debertastreams.flink.PredictOptions.Order;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.cli.BareModel;
import io.github.debertastreams.model.cli.DemoTexts;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.schemas.Prediction;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The operator in a job of this JVM, from a source that never waits to a sink that drops, beside the bare model with the same
 * workers, and beside an async function with one call of ONNX Runtime per record. By turns, medians of the rounds.
 */
@Command(
        name = "flink",
        mixinStandardHelpOptions = true,
        description = "The operator beside the bare model and beside one call of ONNX Runtime per record.")
public final class FlinkBenchmark implements Benchmark, Callable<Integer> {

    private static final String BARE = "bare model";
    private static final String UNORDERED = "operator, unordered";
    private static final String ORDERED = "operator, ordered";
    private static final String SINGLE = "one ONNX Runtime call each";
    private static final int WAITING = 1_000;

    @Option(names = "--model", paramLabel = "DIR", description = "default: the demo's intents.")
    private Path model = DemoTexts.home().resolve("intents");

    @Option(
            names = "--onnx",
            paramLabel = "FILE",
            description = "the model as torch.onnx.export wrote it, for one call each with DJL's tokenizer;"
                    + " default: our own graph and tokenizer.")
    private @Nullable Path graph;

    @Option(names = "--records", defaultValue = "10000", paramLabel = "N", description = "records; default 10000.")
    private int records;

    @Option(
            names = "--threads",
            defaultValue = "2",
            paramLabel = "N",
            description = "workers, and subtasks of each operator; default 2.")
    private int threads;

    @Option(names = "--rounds", defaultValue = "3", paramLabel = "N", description = "rounds; default 3.")
    private int rounds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Map<String, Rounds> speeds = new LinkedHashMap<>();
    private final Map<String, Rounds> batches = new HashMap<>();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        List<String> numbered = DemoTexts.numbered(records);
        String[] texts = numbered.toArray(String[]::new);
        Map<String, String> options = Map.of("model", model.toString(), "workers", Integer.toString(threads));
        PredictOptions predict = PredictOptions.from(options);
        // held throughout: the jobs then share it, as their options are equal
        try (PredictionService service = PredictionService.acquire(ModelOptions.from(options))) {
            out.printf("%s, %d records, %d threads, medians of %d rounds%n", model, records, threads, rounds);
            for (int round = 0; round <= rounds; round++) {
                if (round == 1) { // the first one has cluster and model compiled
                    speeds.clear();
                    batches.clear();
                }
                measure(BARE, service, () -> bare(service, numbered));
                measure(UNORDERED, service, () -> operator(texts, predict.withOrder(Order.UNORDERED)));
                measure(ORDERED, service, () -> operator(texts, predict.withOrder(Order.ORDERED)));
                measure(SINGLE, service, () -> single(texts));
            }
        }
        speeds.keySet().forEach(name -> report(name, out));
        out.printf(
                "operator, unordered, to one call each: %.1f times%n",
                median(speeds, UNORDERED) / median(speeds, SINGLE));
        out.flush();
        return 0;
    }

    private void measure(String name, PredictionService service, Callable<Double> run) throws Exception {
        BatchMeter meter = BatchMeter.start(service.statistics());
        speeds.computeIfAbsent(name, key -> new Rounds()).add(run.call());
        batches.computeIfAbsent(name, key -> new Rounds()).add(meter.stop().meanSize());
    }

    private void report(String name, PrintWriter out) {
        double speed = median(speeds, name);
        double bare = median(speeds, BARE);
        double batch = name.equals(SINGLE) ? 1 : median(batches, name);
        out.printf(
                "%-28s %8.0f records/s, %3.0f %% of the bare model, mean batch %.1f%n",
                name, speed, 100 * speed / bare, batch);
    }

    private static double median(Map<String, Rounds> of, String name) {
        return of.getOrDefault(name, new Rounds()).median();
    }

    private double operator(String[] texts, PredictOptions options) throws Exception {
        return BenchJob.throughput(
                texts, threads, stream -> DebertaStreams.predict(stream, text -> SourceText.of("", text), options));
    }

    private double single(String[] texts) throws Exception {
        return BenchJob.throughput(texts, threads, this::single);
    }

    private DataStream<Prediction> single(DataStream<String> stream) {
        OneCallPerRecord calls = new OneCallPerRecord(model.toString(), graph == null ? null : graph.toString());
        return AsyncDataStream.unorderedWait(stream, calls, 1, TimeUnit.HOURS, WAITING);
    }

    /** As many callers as there are subtasks; the first part of the texts is warm-up here too. */
    private double bare(PredictionService service, List<String> texts) throws InterruptedException {
        BareModel.throughput(service, texts.subList(0, Math.min(BareModel.CHUNK, texts.size())), threads);
        return BareModel.throughput(service, texts, threads);
    }
}
