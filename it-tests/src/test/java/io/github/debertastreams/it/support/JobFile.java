package io.github.debertastreams.it.support;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Configurations of the Flink job that are checkpointed often: {@code NAME-texts} to {@code NAME-predictions}. */
public final class JobFile {

    /** A demo model: intents of customers. */
    public static final Path MODEL =
            Path.of("..", "model", "demo", "intents").toAbsolutePath().normalize();

    private JobFile() {}

    /** Writes one to {@code folder/NAME.properties}; {@code settings} go before what is usual here. */
    public static Path write(Path folder, String name, String bootstrapServers, Map<String, String> settings)
            throws IOException {
        Map<String, String> all = new TreeMap<>();
        all.put("bootstrap.servers", bootstrapServers);
        all.put("application.id", name);
        all.put("auto.offset.reset", "earliest");
        all.put("producer.transaction.timeout.ms", "120000");
        all.put("deberta.checkpoint.interval.ms", "500");
        all.put("deberta.input.topic", name + "-texts");
        all.put("deberta.output.topic", name + "-predictions");
        all.put("deberta.model", MODEL.toString());
        all.put("deberta.workers", "1");
        all.putAll(settings);
        return PropertiesFile.write(folder, name, all);
    }
}
