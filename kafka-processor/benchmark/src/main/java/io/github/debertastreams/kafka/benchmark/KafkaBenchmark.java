package io.github.debertastreams.kafka.benchmark;

import io.github.debertastreams.benchmark.BatchMeter;
import io.github.debertastreams.benchmark.Benchmark;
import io.github.debertastreams.benchmark.Rounds;
import io.github.debertastreams.benchmark.SingleTexts;
import io.github.debertastreams.kafka.DebertaProcessor;
import io.github.debertastreams.kafka.app.EmbeddedBroker;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.cli.BareModel;
import io.github.debertastreams.model.cli.DemoTexts;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.io.PrintWriter;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The processor under exactly_once_v2, end to end through a broker in this process, beside two others on the same texts: the bare
 * model with the same workers, the topology that comes to mind first, {@code mapValues} with one prediction per call, and the same
 * with the same prediction for all, which is what Kafka alone takes.
 */
@Command(
        name = "kafka",
        mixinStandardHelpOptions = true,
        description = "The processor beside the bare model and beside mapValues with one prediction per record.")
public final class KafkaBenchmark implements Benchmark, Callable<Integer> {

    private static final String NAIVE = "mapvalues";
    private static final String OURS = "processor";
    private static final String NO_MODEL = "no-model";
    private static final Duration MOST_WARM_UP = Duration.ofMinutes(4);
    /** Each has topics of its own, and hundreds of those would slow the broker. */
    private static final int MOST_WARM_UPS = 12;
    /** Of a run's time, what the JVM's compilers may have worked in it for the next one to count. */
    private static final double QUIET = 0.03;

    private static final String PACED = "paced";
    private static final String PACED_NO_MODEL = "paced-no-model";

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

    @Option(names = "--rounds", defaultValue = "3", paramLabel = "N", description = "rounds; default 3.")
    private int rounds;

    @Option(
            names = "--threads",
            defaultValue = "2",
            paramLabel = "N",
            description = "workers, and stream threads; default 2.")
    private int threads;

    @Option(
            names = "--commit-ms",
            defaultValue = "200",
            paramLabel = "MS",
            description = "commit interval; default 200.")
    private int commitMillis;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        List<String> texts = DemoTexts.numbered(records);
        ModelOptions options = ModelOptions.builder(model).workers(threads).build();
        try (PredictionService service = PredictionService.acquire(options);
                SingleTexts single = SingleTexts.open(model, graph);
                EmbeddedBroker broker = EmbeddedBroker.start();
                BenchRun run = new BenchRun(broker, threads, commitMillis)) {
            out.printf("%s, %d records, %d threads, medians of %d rounds%n", model, records, threads, rounds);
            out.flush();
            Outcome ready = single.predict(texts.get(0));
            Function<String, Function<Properties, Topology>> processor =
                    name -> settings -> topology(run, name, stream -> ours(options, name, settings, stream));
            Function<String, Function<Properties, Topology>> mapping =
                    name -> settings -> topology(run, name, stream -> mapped(single::predict, stream));
            Function<String, Function<Properties, Topology>> noModel =
                    name -> settings -> topology(run, name, stream -> mapped(text -> ready, stream));
            BareModel.throughput(service, texts, threads);
            warmUp(OURS, run, name -> run.throughput(name, processor.apply(name), texts));
            warmUp(NAIVE, run, name -> run.throughput(name, mapping.apply(name), texts));
            warmUp(NO_MODEL, run, name -> run.throughput(name, noModel.apply(name), texts));
            Rounds bare = new Rounds();
            Rounds ours = new Rounds();
            Rounds naive = new Rounds();
            Rounds empty = new Rounds();
            Rounds sizes = new Rounds();
            Rounds batchMillis = new Rounds();
            for (int round = 0; round < rounds; round++) {
                List<String> names = List.of(OURS + round, NAIVE + round, NO_MODEL + round);
                run.createTopics(names);
                bare.add(BareModel.throughput(service, texts, threads));
                BatchMeter meter = BatchMeter.start(service.statistics());
                ours.add(run.throughput(names.get(0), processor.apply(names.get(0)), texts));
                BatchMeter.Batches full = meter.stop();
                sizes.add(full.meanSize());
                batchMillis.add(full.meanMillis());
                naive.add(run.throughput(names.get(1), mapping.apply(names.get(1)), texts));
                empty.add(run.throughput(names.get(2), noModel.apply(names.get(2)), texts));
            }
            out.printf("bare model                 %8.0f records/s%n", bare.median());
            out.printf(
                    "processor                  %8.0f records/s, %3.0f %% of the bare model, mean batch %.1f%n",
                    ours.median(), 100 * ours.median() / bare.median(), sizes.median());
            out.printf(
                    "mapValues, one call each   %8.0f records/s, the processor %.1f times as fast%n",
                    naive.median(), ours.median() / naive.median());
            out.printf("mapValues, no model        %8.0f records/s%n", empty.median());
            out.flush();
            double rate = ours.median() / 2;
            warmUp(PACED, run, name -> run.latencies(name, processor.apply(name), texts, rate));
            run.createTopics(List.of(PACED));
            BatchMeter meter = BatchMeter.start(service.statistics());
            BenchRun.Latencies latencies = run.latencies(PACED, processor.apply(PACED), texts, rate);
            BatchMeter.Batches batches = meter.stop();
            double lingerMillis = options.linger().toNanos() / 1e6;
            out.printf(
                    "at half of that, %.0f/s: a batch of %.1f takes %.1f ms; linger and three of them %.1f ms, of those above %.1f ms%n",
                    rate,
                    batches.meanSize(),
                    batches.meanMillis(),
                    lingerMillis + 3 * batches.meanMillis(),
                    lingerMillis + 3 * batchMillis.median());
            print(latencies, out);
            warmUp(PACED_NO_MODEL, run, name -> run.latencies(name, noModel.apply(name), texts, rate));
            run.createTopics(List.of(PACED_NO_MODEL));
            out.println("the same without a model:");
            print(run.latencies(PACED_NO_MODEL, noModel.apply(PACED_NO_MODEL), texts, rate), out);
        }
        return 0;
    }

    /** A run with topics of its own. */
    private interface Run {
        void of(String name) throws Exception;
    }

    /** Runs until the compilers are nearly quiet: they take the processors from what is measured. */
    private static void warmUp(String name, BenchRun run, Run what) throws Exception {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        long begin = System.nanoTime();
        for (int number = 0; number < MOST_WARM_UPS && System.nanoTime() - begin < MOST_WARM_UP.toNanos(); number++) {
            String warming = name + "-warm-up-" + number;
            run.createTopics(List.of(warming));
            long compiledMillis = compilers.getTotalCompilationTime();
            long start = System.nanoTime();
            what.of(warming);
            double millis = (System.nanoTime() - start) / 1e6;
            if (compilers.getTotalCompilationTime() - compiledMillis < QUIET * millis) {
                return;
            }
        }
    }

    private static void print(BenchRun.Latencies latencies, PrintWriter out) {
        for (BenchRun.Stage stage : BenchRun.Stage.values()) {
            out.printf(
                    "  until %-10s p50 %6.1f ms, p99 %6.1f ms%n",
                    stage.name().toLowerCase(Locale.ROOT), latencies.millis(stage, 0.5), latencies.millis(stage, 0.99));
        }
        out.flush();
    }

    private static KStream<String, Prediction> ours(
            ModelOptions options, String name, Properties settings, KStream<String, String> stream) {
        return DebertaProcessor.<String, String>of(options, text -> text)
                .readingAhead(BenchRun.input(name), StringDeserializer::new, settings)
                .predict(stream);
    }

    private static KStream<String, Prediction> mapped(
            Function<String, Outcome> predict, KStream<String, String> stream) {
        PredictionMapper mapper =
                new PredictionMapper(new ModelInfo("one call each", "", "onnx", "text-classification"));
        return stream.mapValues((key, text) -> mapper.toAvro(key, predict.apply(text), Instant.now()));
    }

    private static Topology topology(
            BenchRun run, String name, Function<KStream<String, String>, KStream<String, Prediction>> predict) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, String> texts =
                builder.stream(BenchRun.input(name), Consumed.with(Serdes.String(), Serdes.String()));
        predict.apply(texts.peek((key, text) -> run.read(key)))
                .peek((key, prediction) -> run.predicted(key))
                .to(BenchRun.output(name), Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        return builder.build();
    }

    /** How long a run may go without an end. */
    static final Duration PATIENCE = Duration.ofMinutes(5);
}
