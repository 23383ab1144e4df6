package io.github.debertastreams.kafka;

import io.github.debertastreams.rules.Rule;
import io.github.debertastreams.rules.Secrets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** What a configuration comes to, for people: rules, settings with secrets hidden, topology. Asks no broker, model or registry. */
final class DryRun {

    private DryRun() {}

    /** @param file as it was read, with references in place of secrets */
    static String describe(Properties file, KafkaProcessorConfig config) {
        StringBuilder text = new StringBuilder();
        for (Rule rule : config.rules()) {
            text.append("rule ").append(rule.name()).append('\n');
            text.append("  input   ").append(rule.input()).append('\n');
            text.append("  output  ").append(rule.output()).append('\n');
            text.append("  errors  ").append(new TreeMap<>(rule.errors().byKind()));
            text.append(", dead letters to ")
                    .append(rule.errors().deadLetterTopic())
                    .append('\n');
            text.append("  model   ").append(rule.modelOptions()).append('\n');
            text.append("  pending ")
                    .append(KafkaProcessorConfig.maxPending(rule))
                    .append('\n');
        }
        text.append(config.operations()).append("\n\n");
        settings(file, config)
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        return text.append('\n')
                .append(EnrichmentTopology.build(config, ModelSource.FILES.open(), Map.of(), config.copyOfStreams())
                        .describe())
                .toString();
    }

    /** The file's settings, and what is Kafka's where it says nothing. */
    private static Map<String, String> settings(Properties file, KafkaProcessorConfig config) {
        Properties all = new Properties();
        config.streams()
                .stringPropertyNames()
                .forEach(key -> all.setProperty(key, config.streams().getProperty(key)));
        file.stringPropertyNames().forEach(key -> all.setProperty(key, file.getProperty(key)));
        return Secrets.hidden(all);
    }
}
