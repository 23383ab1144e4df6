package io.github.debertastreams.it.support;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Configurations of processors that are restarted often: sessions and transactions of the dead end in seconds. */
public final class ProcessorFile {

    private ProcessorFile() {}

    /** Writes one to {@code folder/NAME.properties}; {@code settings} go before what is usual here. */
    public static Path write(Path folder, String name, String bootstrapServers, Map<String, String> settings)
            throws IOException {
        Map<String, String> all = new TreeMap<>();
        all.put("bootstrap.servers", bootstrapServers);
        all.put("application.id", name);
        all.put("state.dir", folder.resolve(name + "-state").toString());
        all.put("auto.offset.reset", "earliest");
        all.put("num.stream.threads", "2");
        // a restarted processor waits for its predecessor's session and transaction to end
        all.put("consumer.session.timeout.ms", "2000");
        all.put("consumer.heartbeat.interval.ms", "500");
        all.put("producer.transaction.timeout.ms", "4000");
        all.put("deberta.workers", "2");
        all.put("deberta.batch.max.records", "32");
        all.putAll(settings);
        return PropertiesFile.write(folder, name, all);
    }
}
