package io.github.debertastreams.kafka.app;

import io.github.debertastreams.kafka.DebertaProcessor;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.NlpModel;
import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.batch.ServiceStatistics;
import io.github.debertastreams.model.cli.BareModel;
import io.github.debertastreams.model.cli.DemoTexts;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The processor under exactly_once_v2, end to end through a broker in this process, beside two others on the same texts: the bare
 * model with the same workers, and the topology that comes to mind first, {@code mapValues} with one prediction per call.
 */
@Command(
        name = "kafka",
        mixinStandardHelpOptions = true,
        description = "The processor beside the bare model and beside mapValues with one prediction per record.")
final class KafkaBenchmark implements Callable<Integer> {

    private static final String NAIVE = "mapvalues";
    private static final String OURS = "processor";
    private static final String PACED = "paced";

    @Option(names = "--model", paramLabel = "DIR", description = "default: the demo's intents.")
    private Path model = DemoTexts.home().resolve("intents");

    @Option(names = "--records", defaultValue = "10000", paramLabel = "N", description = "records; default 10000.")
    private int records;

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
                EmbeddedBroker broker = EmbeddedBroker.start();
                BenchRun run = new BenchRun(broker, threads, commitMillis)) {
            out.printf("%s, %d records, %d threads%n", model, records, threads);
            BareModel.throughput(
                    service, texts.subList(0, Math.min(BareModel.CHUNK, records)), threads); // has its code compiled
            double bare = BareModel.throughput(service, texts, threads);
            out.printf("bare model                 %8.0f records/s%n", bare);
            out.flush();
            double naive = naive(run, options, texts);
            out.printf(
                    "mapValues, one per call    %8.0f records/s  %3.0f %% of the bare model%n",
                    naive, 100 * naive / bare);
            out.flush();
            double ours = run.throughput(OURS, topology(OURS, stream -> ours(options, stream)), texts);
            out.printf(
                    "processor                  %8.0f records/s  %3.0f %% of the bare model, %.1f times mapValues%n",
                    ours, 100 * ours / bare, ours / naive);
            out.flush();
            latency(run, options, service, texts, ours / 2, out);
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
        ServiceStatistics statistics = service.statistics();
        long batches = statistics.batches();
        long nanos = statistics.inferNanos();
        BenchRun.Latencies latencies =
                run.latencies(PACED, topology(PACED, stream -> ours(options, stream)), texts, rate);
        double batchMillis = (statistics.inferNanos() - nanos) / 1e6 / Math.max(1, statistics.batches() - batches);
        out.printf("at half of that, %.0f/s: a batch takes %.1f ms%n", rate, batchMillis);
        out.printf("  until written     p50 %6.1f ms, p99 %6.1f ms%n", latencies.written(50), latencies.written(99));
        out.printf(
                "  until committed   p50 %6.1f ms, p99 %6.1f ms, commit interval %d ms%n",
                latencies.committed(50), latencies.committed(99), commitMillis);
        out.flush();
    }

    private static KStream<String, Prediction> ours(ModelOptions options, KStream<String, String> stream) {
        return DebertaProcessor.<String, String>of(options, text -> text).predict(stream);
    }

    private static double naive(BenchRun run, ModelOptions options, List<String> texts) throws Exception {
        try (NlpModel model = NlpModel.open(options)) {
            PredictionMapper mapper = new PredictionMapper(ModelInfo.of(model));
            return run.throughput(
                    NAIVE,
                    topology(
                            NAIVE,
                            stream -> stream.mapValues((key, text) -> {
                                Outcome outcome = model.predict(List.of(TextInput.of(text)))
                                        .get(0);
                                return mapper.toAvro(key, outcome, Instant.now());
                            })),
                    texts);
        }
    }

    private static Topology topology(
            String name, Function<KStream<String, String>, KStream<String, Prediction>> predict) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, String> texts =
                builder.stream(BenchRun.input(name), Consumed.with(Serdes.String(), Serdes.String()));
        predict.apply(texts).to(BenchRun.output(name), Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        return builder.build();
    }

    /** No two are equal: equal texts of a batch are read once. */
    /** How long a run may go without an end. */
    static final Duration PATIENCE = Duration.ofMinutes(5);
}
