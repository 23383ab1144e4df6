package io.github.debertastreams.flink.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.flink.PredictOptions;
import io.github.debertastreams.rules.Rule;
import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class JobConfigTest {

    private static final String RULES = """
            bootstrap.servers=localhost:9092
            application.id=mail
            deberta.rules=intents,pii
            deberta.input.topic=events
            deberta.rule.intents.model=models/intents
            deberta.rule.intents.output.topic=intents
            deberta.rule.pii.model=models/pii
            deberta.rule.pii.output.topic=personal-data
            deberta.rule.pii.order=ordered
            deberta.rule.pii.capacity=256
            """;

    @Test
    void readsTheFileOfTheKafkaHost() throws IOException {
        JobConfig config =
                config("processing.guarantee=at_least_once\nnum.stream.threads=2\nconsumer.fetch.min.bytes=7");

        assertThat(config.name()).isEqualTo("mail");
        assertThat(config.rules()).extracting(Rule::name).containsExactly("intents", "pii");
        assertThat(config.guarantee()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
        assertThat(config.kafka().consumer())
                .containsEntry("fetch.min.bytes", "7")
                .containsEntry("bootstrap.servers", "localhost:9092")
                .doesNotContainKey("num.stream.threads");
        PredictOptions pii = JobConfig.predictOptions(config.rules().get(1));
        assertThat(pii.order()).isEqualTo(PredictOptions.Order.ORDERED);
        assertThat(pii.capacity()).isEqualTo(256);
    }

    @Test
    void exactlyOnceReadsWhatIsCommittedUnlessTheFileSaysOtherwise() throws IOException {
        assertThat(config("").kafka().consumer()).containsEntry("isolation.level", "read_committed");
        assertThat(config("consumer.isolation.level=read_uncommitted").kafka().consumer())
                .containsEntry("isolation.level", "read_uncommitted");
        assertThat(config("processing.guarantee=at_least_once").kafka().consumer())
                .doesNotContainKey("isolation.level");
    }

    @Test
    void theConsumerGroupIsNamedByTheFileOrElseByTheJob() throws IOException {
        assertThat(group("")).isEqualTo("mail");
        assertThat(group("deberta.job.name=letters")).isEqualTo("letters");
        assertThat(group("deberta.job.name=letters\ngroup.id=readers")).isEqualTo("readers");
        assertThat(group("deberta.job.name=letters\nconsumer.group.id=readers")).isEqualTo("readers");
    }

    @Test
    void whatIsWrongIsRefusedByName() {
        refused("deberta.rule.pii.capacitiy=3", "did you mean 'deberta.rule.pii.capacity'");
        refused(
                "deberta.rule.pii.capacity=3",
                "rule 'pii': deberta.rule.pii.capacity is 3, expected at least two batches");
        refused("deberta.rule.intents.timeout.ms=long", "rule 'intents': deberta.rule.intents.timeout.ms is 'long'");
        refused("deberta.order=any", "rule 'intents': deberta.order is 'any', expected unordered or ordered");
        refused("deberta.checkpoint.interval.ms=soon", "is 'soon', expected a whole number");
        refused("processing.guarantee=maybe", "expected exactly_once_v2 or at_least_once");
        refused("auto.offset.reset=somewhere", "expected earliest or latest");
        refused("producer.max.request.size=big", "max.request.size is 'big', expected a whole number");
        refused("producer.transaction.timeout.ms=5000", "transaction.timeout.ms is 5000, expected more than");
        refused("deberta.checkpoint.interval.ms=900000", "900000, expected more than");
        assertThatThrownBy(() -> JobConfig.from(new Properties())).hasMessageContaining("missing");
    }

    @Test
    void aTopicOfSeveralRulesIsReadOnceAndEveryOperatorHasAUid() throws IOException {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
        DebertaJob.build(config(""), env);
        StreamGraph graph = env.getStreamGraph(false);

        assertThat(graph.getSourceIDs()).hasSize(1);
        assertThat(graph.getStreamNodes())
                .extracting(StreamNode::getOperatorName)
                .contains("DeBERTa: intents", "DeBERTa: pii", "route: intents", "route: pii");
        assertThat(graph.getStreamNodes())
                .allSatisfy(node -> assertThat(node.getTransformationUID() == null && node.getUserHash() == null)
                        .as("no uid: %s", node.getOperatorName())
                        .isFalse());
    }

    @Test
    void aRuleTravelsWithoutPrintingSecrets() throws Exception {
        JobConfig config = config("sasl.jaas.config=secret");

        assertThat(InstantiationUtil.isSerializable(config.rules().get(0))).isTrue();
        assertThat(config.toString() + config.kafka()).doesNotContain("secret");
    }

    private static String group(String more) throws IOException {
        JobConfig config = config(more);
        return config.kafka().groupId(config.name());
    }

    private static void refused(String line, String message) {
        assertThatThrownBy(() -> config(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static JobConfig config(String more) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(RULES + more));
        return JobConfig.from(properties);
    }
}
