package io.github.debertastreams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.schemas.ErrorKind;
import io.github.debertastreams.schemas.registry.SubjectStrategy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {

    private static final HostKeys HOST = new HostKeys(Map.of("capacity", "of a rule"), Map.of("port", "of the host"));

    @TempDir
    private Path folder;

    @Test
    void withoutNamesThereIsOneRule() {
        Rules rules = rules("""
                bootstrap.servers=localhost:9092
                deberta.input.topic=texts
                deberta.output.topic=labels
                deberta.model=models/echo
                deberta.batch.max.records=16
                deberta.capacity=7
                deberta.port=8080
                """);
        Rule rule = rules.rules().get(0);
        assertThat(rules.rules()).hasSize(1);
        assertThat(rule.name()).isEqualTo(Rules.ONLY);
        assertThat(rule.input().topic()).isEqualTo("texts");
        assertThat(rule.output())
                .isEqualTo(new RuleOutput("labels", OutputFormat.AVRO, null, SubjectStrategy.TOPIC, false));
        assertThat(rule.modelOptions().maxBatchRecords()).isEqualTo(16);
        assertThat(rule.errors().of(ErrorKind.UNDECODABLE)).isEqualTo(OnError.ERROR_RECORD);
        assertThat(rule.values().integer("capacity", 1, 1)).isEqualTo(7);
        assertThat(rules.host().integer("port", 0, 0)).isEqualTo(8080);
        assertThat(rules.passThrough()).containsExactly(Map.entry("bootstrap.servers", "localhost:9092"));
    }

    @Test
    void aRulesOwnSettingsGoBeforeThoseOfAll() {
        Rules rules = rules("""
                deberta.rules=intents, pii
                deberta.input.topic=texts
                deberta.input.format=json
                deberta.on.error=dead-letter
                deberta.dead.letter.topic=dead
                deberta.rule.intents.model=models/intents
                deberta.rule.intents.output.topic=intents
                deberta.rule.pii.model=models/pii
                deberta.rule.pii.output.topic=pii
                deberta.rule.pii.output.format=json
                deberta.rule.pii.input.topic=messages
                deberta.rule.pii.input.field=/body
                deberta.rule.pii.on.error.no.text=error-record
                """);
        assertThat(rules.rules()).extracting(Rule::name).containsExactly("intents", "pii");
        Rule intents = rules.rules().get(0);
        Rule pii = rules.rules().get(1);
        assertThat(intents.input().topic()).isEqualTo("texts");
        assertThat(pii.input().topic()).isEqualTo("messages");
        assertThat(pii.input().fields().text()).isEqualTo("/body");
        assertThat(pii.output().format()).isEqualTo(OutputFormat.JSON);
        assertThat(intents.errors().of(ErrorKind.NO_TEXT)).isEqualTo(OnError.DEAD_LETTER);
        assertThat(pii.errors().of(ErrorKind.NO_TEXT)).isEqualTo(OnError.ERROR_RECORD);
        assertThat(pii.errors().of(ErrorKind.TOO_LONG)).isEqualTo(OnError.DEAD_LETTER);
        assertThat(pii.errors().deadLetterTopic()).isEqualTo("dead");
        assertThat(pii.modelOptions().model()).isEqualTo(Path.of("models/pii"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            deberta.inptu.topic=x                  | unknown key 'deberta.inptu.topic', did you mean 'deberta.input.topic'?
            deberta.prot=1                         | did you mean 'deberta.port'?
            deberta.rule.a.max.lenght=1            | unknown key 'deberta.rule.a.max.lenght', did you mean 'deberta.rule.a.max.length'?
            deberta.rule.a.port=1                  | unknown key 'deberta.rule.a.port'
            deberta.rule.aa.model=x                | key 'deberta.rule.aa.model': there is no rule 'aa', did you mean 'a'?
            deberta.rule.a=x                       | key 'deberta.rule.a': there is no rule 'a'
            deberta.rules=a,a                      | deberta.rules names 'a' twice
            deberta.rules=a,                       | expected names of letters
            deberta.rule.a.input.format=xml        | rule 'a': deberta.rule.a.input.format is 'xml', expected one of string, json, avro, avro-confluent
            deberta.rule.a.on.error=ignore         | deberta.rule.a.on.error is 'ignore', expected one of fail, error-record, dead-letter
            deberta.on.error.no.text=dead-letter   | rule 'a': key 'deberta.dead.letter.topic' is missing
            deberta.dead.letter.topic=x            | no on.error is dead-letter
            deberta.rule.b.input.topic=labels      | rule 'b': deberta.output.topic is 'labels', as deberta.rule.b.input.topic is: what is written would be read again
            deberta.batch.max.records=0            | rule 'a': batch.max.records is 0, expected 1 or more
            deberta.input.schema=x.avsc            | deberta.input.schema is set, but deberta.input.format is not avro
            deberta.input.field=/x                 | deberta.input.field and its like need deberta.input.format=json
            deberta.output.format=avro-confluent   | rule 'a': key 'deberta.registry.url' is missing
            """)
    void refusesAWrongSetting(String setting, String message) {
        assertThatThrownBy(() -> rules("""
                        deberta.rules=a,b
                        deberta.input.topic=texts
                        deberta.output.topic=labels
                        deberta.model=models/echo
                        """ + setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesDeadLettersThatWouldBeReadAgain() {
        assertThatThrownBy(() -> rules("""
                        deberta.input.topic=texts
                        deberta.output.topic=labels
                        deberta.on.error=dead-letter
                        deberta.dead.letter.topic=texts
                        deberta.model=models/echo
                        """))
                .hasMessageStartingWith("deberta.dead.letter.topic is 'texts', as deberta.input.topic is: ");
    }

    @Test
    void refusesASchemaFileWithADefaultOfAnotherType() throws IOException {
        Path schema = Files.writeString(folder.resolve("order.avsc"), """
                {"type": "record", "name": "Order", "fields": [{"name": "text", "type": "string", "default": 1}]}
                """);
        assertThatThrownBy(() -> rules("""
                        deberta.input.topic=texts
                        deberta.input.format=avro
                        deberta.input.schema=%s
                        deberta.output.topic=labels
                        deberta.model=models/echo
                        """.formatted(schema)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("deberta.input.schema: '" + schema + "' is not an Avro schema: ");
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> rules("deberta.model=x")).hasMessage("key 'deberta.input.topic' is missing");
        assertThatThrownBy(() -> rules("deberta.rule.a.model=x"))
                .hasMessageContaining("there is no rule 'a', deberta.rules would list it");
    }

    @Test
    void secretsComeFromTheEnvironmentOrAFileAndAreNotShown() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "from a file\n");
        Properties properties = properties("""
                deberta.input.topic=texts
                deberta.output.topic=labels
                deberta.model=${env:HOME_OF_MODELS}/echo
                ssl.truststore.password=${file:%s}
                sasl.jaas.config=plain password
                """.formatted(secret));
        Rules rules = Rules.from(properties, HOST, Map.of("HOME_OF_MODELS", "models")::get);
        assertThat(rules.rules().get(0).modelOptions().model()).isEqualTo(Path.of("models/echo"));
        assertThat(rules.passThrough()).containsEntry("ssl.truststore.password", "from a file");
        assertThat(Secrets.hidden(properties))
                .containsEntry("ssl.truststore.password", "${file:" + secret + "}")
                .containsEntry("sasl.jaas.config", "[hidden]")
                .containsEntry("deberta.input.topic", "texts");
        assertThat(rules.toString()).doesNotContain("from a file").doesNotContain("plain password");
        assertThatThrownBy(() -> rules("deberta.model=${env:NO_SUCH}"))
                .hasMessage("deberta.model: the environment has no variable NO_SUCH");
        assertThatThrownBy(() -> rules("a=${file:/no/such/file}"))
                .hasMessage("a: cannot read the file /no/such/file: NoSuchFileException");
    }

    @Test
    void referencesOfKafkasOwnProvidersStayAsTheyAre() {
        Rules rules = rules("""
                config.providers=file
                sasl.jaas.config=${file:/etc/secrets:password}
                deberta.input.topic=texts
                deberta.output.topic=labels
                deberta.model=models/echo
                """);
        assertThat(rules.passThrough()).containsEntry("sasl.jaas.config", "${file:/etc/secrets:password}");
    }

    @Test
    void aRuleTravels() throws Exception {
        Path schema = Files.writeString(folder.resolve("order.avsc"), """
                {"type": "record", "name": "Order", "fields": [{"name": "text", "type": "string"}]}
                """);
        Rule rule = rules("""
                deberta.input.topic=texts
                deberta.input.format=avro
                deberta.input.schema=%s
                deberta.output.topic=labels
                deberta.model=models/echo
                """.formatted(schema)).rules().get(0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(rule);
            out.writeObject(rule.input().extractor());
        }
        Files.delete(schema); // not there where the job runs
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            Rule arrived = (Rule) in.readObject();
            assertThat(arrived.modelOptions()).isEqualTo(rule.modelOptions());
            assertThat(arrived.errors()).isEqualTo(rule.errors());
            TextExtractor<?> extractor = (TextExtractor<?>) in.readObject();
            byte[] order = {8, 'g', 'o', 'o', 'd'};
            assertThat(arrived.input().extractor().extract(order)).isEqualTo(SourceText.of("good"));
            assertThat(extractor).isInstanceOf(InputExtractor.class);
        }
    }

    @Test
    void everyErrorKindHasAPolicy() {
        List<OnError> policies = List.of(ErrorKind.values()).stream()
                .map(ErrorPolicy.ERROR_RECORDS::of)
                .distinct()
                .toList();
        assertThat(policies).containsExactly(OnError.ERROR_RECORD);
    }

    static Rules rules(String text) {
        return Rules.from(properties(text), HOST, Map.<String, String>of()::get);
    }

    private static Properties properties(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return properties;
    }
}
