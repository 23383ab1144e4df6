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
    /** Before the name of a run that nobody looks at: whatever runs once is still being compiled. */
    private static final String WARM_UP = "warm-up-";

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
            for (int round = 0; round <= rounds; round++) {
                run.createTopics(OURS + round);
                run.createTopics(NAIVE + round);
                run.createTopics(NO_MODEL + round);
            }
            for (String name : List.of(WARM_UP + PACED, PACED, WARM_UP + PACED_NO_MODEL, PACED_NO_MODEL)) {
                run.createTopics(name);
            }
            Outcome ready = single.predict(texts.get(0));
            Rounds bare = new Rounds();
            Rounds ours = new Rounds();
            Rounds naive = new Rounds();
            Rounds noModel = new Rounds();
            Rounds sizes = new Rounds();
            for (int round = 0; round <= rounds; round++) {
                if (round == 1) { // the first one has broker, clients and model compiled
                    List.of(bare, ours, naive, noModel, sizes).forEach(Rounds::clear);
                }
                bare.add(BareModel.throughput(service, texts, threads));
                BatchMeter meter = BatchMeter.start(service.statistics());
                String processor = OURS + round;
                ours.add(run.throughput(
                        processor,
                        settings -> topology(run, processor, stream -> ours(options, processor, settings, stream)),
                        texts));
                sizes.add(meter.stop().meanSize());
                String mapping = NAIVE + round;
                naive.add(run.throughput(
                        mapping, settings -> topology(run, mapping, stream -> mapped(single::predict, stream)), texts));
                String none = NO_MODEL + round;
                noModel.add(run.throughput(
                        none, settings -> topology(run, none, stream -> mapped(text -> ready, stream)), texts));
            }
            out.printf("bare model                 %8.0f records/s%n", bare.median());
            out.printf(
                    "processor                  %8.0f records/s, %3.0f %% of the bare model, mean batch %.1f%n",
                    ours.median(), 100 * ours.median() / bare.median(), sizes.median());
            out.printf(
                    "mapValues, one call each   %8.0f records/s, the processor %.1f times as fast%n",
                    naive.median(), ours.median() / naive.median());
            out.printf("mapValues, no model        %8.0f records/s%n", noModel.median());
            out.flush();
            latency(run, options, service, texts, ours.median() / 2, out);
            Function<String, Function<Properties, Topology>> empty =
                    name -> settings -> topology(run, name, stream -> mapped(text -> ready, stream));
            run.latencies(WARM_UP + PACED_NO_MODEL, empty.apply(WARM_UP + PACED_NO_MODEL), texts, ours.median() / 2);
            out.println("the same without a model:");
            print(run.latencies(PACED_NO_MODEL, empty.apply(PACED_NO_MODEL), texts, ours.median() / 2), out);
        }
        return 0;
    }

    private void latency(
            BenchRun run,
            ModelOptions options,
            PredictionService service,
            List<String> texts,
            double rate,
            PrintWriter out)
            throws Exception {
        Function<String, Function<Properties, Topology>> topologies =
                name -> settings -> topology(run, name, stream -> ours(options, name, settings, stream));
        run.latencies(WARM_UP + PACED, topologies.apply(WARM_UP + PACED), texts, rate);
        BatchMeter meter = BatchMeter.start(service.statistics());
        BenchRun.Latencies latencies = run.latencies(PACED, topologies.apply(PACED), texts, rate);
        BatchMeter.Batches batches = meter.stop();
        out.printf(
                "at half of that, %.0f/s: a batch of %.1f takes %.1f ms; linger and three batches %.1f ms%n",
                rate,
                batches.meanSize(),
                batches.meanMillis(),
                options.linger().toNanos() / 1e6 + 3 * batches.meanMillis());
        print(latencies, out);
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
