package io.github.debertastreams.kafka.app;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.cli.CommandException;
import io.github.debertastreams.model.cli.DebertaCommand;
import io.github.debertastreams.schemas.TextEvent;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta events}: the demo's events on a topic of the user, as JSON with {@code id} and {@code text}, numbered keys. */
@Command(
        name = "events",
        mixinStandardHelpOptions = true,
        description = "Sends sample events to a topic, as JSON with an id and a text.")
public final class EventsCommand implements DebertaCommand, Callable<Integer> {

    @Option(names = "--bootstrap-server", required = true, paramLabel = "HOST:PORT", description = "the brokers.")
    private String bootstrapServers = "";

    @Option(names = "--topic", defaultValue = "events", description = "default events.")
    private String topic = "";

    @Option(names = "--rate", defaultValue = "10", paramLabel = "N", description = "events a second; default 10.")
    private int rate;

    @Option(
            names = "--records",
            defaultValue = "0",
            paramLabel = "N",
            description = "how many; 0, the default: no end.")
    private int records;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (records < 0 || rate < 1) {
            throw new CommandException("--records is " + records + " and --rate " + rate
                    + ", expected at least 0 records and a rate of at least 1");
        }
        SampleEvents events = SampleEvents.ofDemo();
        int count = records == 0 ? Integer.MAX_VALUE : records;
        EventSender<String> sender = EventSender.to(bootstrapServers, topic, new StringSerializer());
        try (sender) {
            sender.send(count, rate, Integer::toString, index -> json(events.event(index)));
        }
        spec.commandLine().getOut().printf("%,d events sent to %s%n", sender.arrived(), topic);
        Exception failure = sender.failure();
        if (failure != null) {
            throw new CommandException("some events could not be sent: " + failure.getMessage(), failure);
        }
        return 0;
    }

    private static String json(TextEvent event) {
        return new JsonMapper()
                .createObjectNode()
                .put("id", event.getId())
                .put("text", event.getText())
                .toString();
    }
}
