package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.FakeModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaProcessorConfigTest {

    private static final ModelSource ECHO = new ModelSource(options -> FakeModel.echoing(), options -> "1");

    @TempDir
    private Path folder;

    /** A complete configuration, changed by {@code key=value} settings; {@code key=} takes a key away. */
    static Properties properties(String... settings) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", "localhost:9092");
        properties.setProperty("deberta.input.topic", "texts");
        properties.setProperty("deberta.output.topic", "predictions");
        properties.setProperty("deberta.model", "models/echo");
        for (String setting : settings) {
            String key = setting.substring(0, setting.indexOf('='));
            String value = setting.substring(key.length() + 1);
            properties.remove(key);
            if (!value.isEmpty()) {
                properties.setProperty(key, value);
            }
        }
        return properties;
    }

    @Test
    void defaultsAreExactlyOnce() {
        KafkaProcessorConfig config = KafkaProcessorConfig.from(properties("deberta.batch.max.records=16"));
        assertThat(config.streams()).containsEntry("processing.guarantee", "exactly_once_v2");
        assertThat(config.streams()).containsEntry("commit.interval.ms", "200");
        assertThat(config.rules().get(0).modelOptions().maxBatchRecords()).isEqualTo(16);
        assertThat(KafkaProcessorConfig.maxPending(config.rules().get(0))).isEqualTo(64);
    }

    @Test
    void otherKeysAreKafkas() {
        KafkaProcessorConfig config =
                KafkaProcessorConfig.from(properties("security.protocol=SSL", "commit.interval.ms=500"));
        assertThat(config.streams()).containsEntry("security.protocol", "SSL");
        assertThat(config.streams()).containsEntry("commit.interval.ms", "500");
        assertThat(config.streams().stringPropertyNames()).noneMatch(key -> key.startsWith("deberta."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            deberta.input.topik=x            | unknown key 'deberta.input.topik', did you mean 'deberta.input.topic'?
            deberta.btach.max.records=1      | unknown key 'deberta.btach.max.records', did you mean 'deberta.batch.max.records'?
            deberta.input.topic=             | key 'deberta.input.topic' is missing
            deberta.output.topic=            | key 'deberta.output.topic' is missing
            deberta.model=                   | key 'deberta.model' is missing
            bootstrap.servers=               | key 'bootstrap.servers' is missing
            deberta.input.format=xml         | deberta.input.format is 'xml', expected one of string, json, avro, avro-confluent
            deberta.max.pending=0            | deberta.max.pending is 0, expected 1 or more
            deberta.max.pending=many         | deberta.max.pending is 'many', expected a whole number
            deberta.batch.max.records=0      | batch.max.records is 0, expected 1 or more
            deberta.input.schema=x.avsc      | deberta.input.schema is set, but deberta.input.format is not avro
            deberta.input.field=/text        | deberta.input.field and its like need deberta.input.format=json
            """)
    void refusesAWrongSetting(String setting, String message) {
        assertThatThrownBy(() -> KafkaProcessorConfig.from(properties(setting)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAFieldPathThatTheSchemaLacks() throws IOException {
        Path schema = folder.resolve("order.avsc");
        Files.writeString(schema, """
                {"type": "record", "name": "Order", "fields": [
                  {"name": "amount", "type": "int"}, {"name": "text", "type": "string"}]}
                """);
        assertThatThrownBy(() -> KafkaProcessorConfig.from(avro(schema, "/comment")))
                .hasMessageContaining("Order has no field 'comment', it has [amount, text]");
        assertThatThrownBy(() -> KafkaProcessorConfig.from(avro(schema, "/amount")))
                .hasMessageContaining("meets [int], expected string");
        assertThatThrownBy(() -> KafkaProcessorConfig.from(avro(folder.resolve("none.avsc"), "/text")))
                .hasMessageContaining("deberta.input.schema: cannot read");
        Files.writeString(schema, "no schema");
        assertThatThrownBy(() -> KafkaProcessorConfig.from(avro(schema, "/text")))
                .hasMessageContaining("is not an Avro schema");
    }

    @Test
    void wrongUsageOfTheProgramIsAnExitStatus() throws IOException {
        assertThat(KafkaProcessorMain.run(folder.resolve("none.properties"), ECHO))
                .isEqualTo(KafkaProcessorMain.WRONG_USAGE);
        Path file = folder.resolve("empty.properties");
        Files.writeString(file, "");
        assertThat(KafkaProcessorMain.run(file, ECHO)).isEqualTo(KafkaProcessorMain.WRONG_USAGE);
    }

    @Test
    void theFileIsInUtf8() throws IOException {
        Path file = folder.resolve("umlauts.properties");
        String text = """
                bootstrap.servers=localhost:9092
                deberta.input.topic=texts
                deberta.output.topic=predictions
                deberta.model=models/echo
                deberta.candidate.labels=Überweisung,Gebühr
                """;
        Files.writeString(file, text);
        StringBuilder shown = new StringBuilder();
        assertThat(KafkaProcessorMain.dryRun(file, shown)).isEqualTo(KafkaProcessorMain.OK);
        assertThat(shown).contains("deberta.candidate.labels=Überweisung,Gebühr");
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        assertThat(KafkaProcessorMain.dryRun(file, shown)).isEqualTo(KafkaProcessorMain.WRONG_USAGE);
    }

    /** Where a task fails, Kafka's own handlers would send a record there that is not at fault, and it is read again. */
    @Test
    void deadLettersAreTheRulesAlone() {
        assertThat(KafkaProcessorConfig.from(
                                properties("deberta.on.error=dead-letter", "deberta.dead.letter.topic=dead"))
                        .streams())
                .doesNotContainKey("errors.dead.letter.queue.topic.name");
    }

    private static Properties avro(Path schema, String field) {
        return properties(
                "deberta.input.format=avro", "deberta.input.schema=" + schema, "deberta.input.field=" + field);
    }
}
