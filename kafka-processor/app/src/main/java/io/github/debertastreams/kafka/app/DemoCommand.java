package io.github.debertastreams.kafka.app;

import io.github.debertastreams.kafka.DebertaProcessor;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.model.cli.CommandException;
import io.github.debertastreams.model.cli.DebertaCommand;
import io.github.debertastreams.model.cli.DemoTexts;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.rules.TextExtractor;
import io.github.debertastreams.schemas.KafkaSerdes;
import io.github.debertastreams.schemas.TextEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code deberta demo}: the main job on one machine. A broker in this process, the real processor with exactly_once_v2, two
 * models reading one topic, and a reader that counts what comes out committed.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Shows the main job: events through Kafka, two models, predictions counted. Needs nothing else.")
public final class DemoCommand implements DebertaCommand, Callable<Integer> {

    static final String EVENTS = "events";
    static final String INTENTS = "intents";
    static final String ENTITIES = "entities";

    private static final int PARTITIONS = 4;
    private static final Duration STREAMS_STOP = Duration.ofSeconds(20);

    @Option(names = "--records", defaultValue = "1000", paramLabel = "N", description = "events to send; default 1000.")
    private int records;

    @Option(
            names = "--rate",
            defaultValue = "150",
            paramLabel = "N",
            description = "events a second; 0: as fast as it goes; default 150.")
    private int rate;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (records < 1 || rate < 0) {
            throw new CommandException("--records is " + records + " and --rate " + rate
                    + ", expected at least 1 record and no negative rate");
        }
        Path home = DemoTexts.home();
        SampleEvents events = SampleEvents.ofDemo();
        PrintWriter out = spec.commandLine().getOut();
        out.println("Starting a Kafka broker in this process …");
        out.flush();
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopics(PARTITIONS, EVENTS, INTENTS, ENTITIES);
            return run(broker.bootstrapServers(), home, events, out);
        }
    }

    private int run(String bootstrapServers, Path home, SampleEvents events, PrintWriter out)
            throws IOException, InterruptedException, ExecutionException {
        ModelOptions intents = ModelOptions.of(home.resolve("intents"));
        ModelOptions entities = ModelOptions.of(home.resolve("pii"));
        out.println("Opening and warming up the models " + intents.model().getFileName() + " and "
                + entities.model().getFileName() + " …");
        out.flush();
        Path stateFolder = Files.createTempDirectory("deberta-demo-state");
        try (PredictionService intentService = warm(intents, events);
                PredictionService entityService = warm(entities, events);
                KafkaStreams streams = new KafkaStreams(
                        topology(intents, entities),
                        streamsConfig(bootstrapServers, stateFolder),
                        DebertaProcessor.clients());
                PredictionReader reader = new PredictionReader(bootstrapServers, events, records, out)) {
            streams.setUncaughtExceptionHandler(failure -> {
                spec.commandLine().getErr().println("deberta: the topology failed: " + failure.getMessage());
                return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse
                        .SHUTDOWN_CLIENT;
            });
            out.println("Starting the topology " + EVENTS + " → {" + INTENTS + ", " + ENTITIES
                    + "} under exactly_once_v2, on " + backends(intentService, entityService) + " …");
            out.flush();
            streams.start();
            while (streams.state() != KafkaStreams.State.RUNNING) {
                if (streams.state().hasCompletedShutdown()) {
                    throw new CommandException("the topology did not start");
                }
                Thread.sleep(20);
            }
            Thread sender = new Thread(() -> send(bootstrapServers, events), "demo-sender");
            sender.setDaemon(true);
            sender.start();
            boolean complete = reader.readAll();
            streams.close(STREAMS_STOP);
            return complete ? 0 : 1;
        } finally {
            EmbeddedBroker.delete(stateFolder);
        }
    }

    /** Opens the JVM's model for these options, which the topology shares, and has its code compiled before time counts. */
    private static PredictionService warm(ModelOptions options, SampleEvents events) {
        PredictionService service = PredictionService.acquire(options);
        service.predict(events.texts().stream().map(TextInput::of).toList());
        return service;
    }

    private static Set<String> backends(PredictionService... services) {
        Set<String> backends = new TreeSet<>();
        for (PredictionService service : services) {
            backends.add(service.model().backend());
        }
        return backends;
    }

    static Topology topology(ModelOptions intents, ModelOptions entities) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, TextEvent> events =
                builder.stream(EVENTS, Consumed.with(Serdes.String(), KafkaSerdes.textEvents()));
        events.process(DebertaProcessor.reading(intents, TextExtractor.textEvents()))
                .to(INTENTS, Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        events.process(DebertaProcessor.reading(entities, TextExtractor.textEvents()))
                .to(ENTITIES, Produced.with(Serdes.String(), KafkaSerdes.predictions()));
        return builder.build();
    }

    private static Properties streamsConfig(String bootstrapServers, Path stateFolder) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "deberta-demo",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "100",
                StreamsConfig.POLL_MS_CONFIG, "10",
                StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2",
                StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString()));
        return properties;
    }

    private void send(String bootstrapServers, SampleEvents events) {
        try (EventSender<TextEvent> sender = EventSender.to(
                bootstrapServers, EVENTS, KafkaSerdes.textEvents().serializer())) {
            sender.send(records, rate, index -> events.event(index).getId(), events::event);
        }
    }
}
