package io.github.debertastreams.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.Observability;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.EntitiesResult;
import io.github.debertastreams.schemas.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

/** The compose file as it is typed: events, both hosts, a kill of each, the dashboard's queries, and nothing that stays behind. */
@NeedsEngine
class ComposeSmokeIT {

    private static final int RECORDS = 2_400;
    private static final int PER_SECOND = 30;
    private static final int RECORDS_OF_A_POLL = ConsumerConfig.DEFAULT_MAX_POLL_RECORDS;
    private static final Duration STALLED = Duration.ofSeconds(150);
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final Duration SCRAPED = Duration.ofSeconds(60);

    private final NavigableMap<String, OutputLedger> ledgers = new TreeMap<>();

    @Test
    void bothHostsEnrichEveryEventOnceThoughTheyAreKilledAndNothingStaysBehind() throws Exception {
        try (ComposeStack stack = new ComposeStack(
                Map.of("EVENTS_RECORDS", Integer.toString(RECORDS), "EVENTS_RATE", Integer.toString(PER_SECOND)))) {
            stack.up();
            open(stack, "kafka-intents", (id, prediction) -> prediction.getResult() instanceof ClassificationResult);
            open(stack, "flink-intents", (id, prediction) -> prediction.getResult() instanceof ClassificationResult);
            open(stack, "kafka-personal-data", ComposeSmokeIT::ofEntities);
            open(stack, "flink-personal-data", ComposeSmokeIT::ofEntities);

            await("kafka-", RECORDS / 6);
            kill(stack, "processor", "kafka-");
            await("flink-", RECORDS / 3);
            kill(stack, "taskmanager", "flink-");
            await("", RECORDS * 2 / 3);
            assertThat(stack.logs("console"))
                    .contains("kafka-intents ", "kafka-personal-data ", "flink-intents ", "flink-personal-data ")
                    .contains("|PERSON]");
            observe(stack);
            settle();
            for (String service : List.of("processor", "jobmanager", "taskmanager")) {
                assertThat(stack.health(service)).as(service).isEqualTo("healthy");
            }
        } finally {
            ledgers.values().forEach(OutputLedger::close);
        }
        assertThat(ComposeStack.remains()).isEmpty();
    }

    private void open(ComposeStack stack, String topic, BiPredicate<String, Prediction> expected) {
        ledgers.put(topic, new OutputLedger(stack.bootstrapServers(), topic, expected));
    }

    private static boolean ofEntities(String id, Prediction prediction) {
        return prediction.getResult() instanceof EntitiesResult;
    }

    /** Kills a host that has something left to do. */
    private void kill(ComposeStack stack, String service, String topics) throws Exception {
        for (Map.Entry<String, OutputLedger> ledger : of(topics).entrySet()) {
            for (int records = 0; records <= RECORDS; records += RECORDS_OF_A_POLL) {
                ledger.getValue().poll();
            }
            assertThat(ledger.getValue().seen()).as(ledger.getKey()).isLessThan(RECORDS);
        }
        stack.killAndRestart(service);
    }

    private Map<String, OutputLedger> of(String topics) {
        return ledgers.subMap(topics, topics + Character.MAX_VALUE);
    }

    private void await(String topics, int seen) {
        for (Map.Entry<String, OutputLedger> ledger : of(topics).entrySet()) {
            ledger.getValue().listen();
            while (ledger.getValue().seen() < seen) {
                ledger.getValue().poll();
                assertThat(ledger.getValue().quiet())
                        .as("no progress of %s, see target/containers/compose.log", ledger.getKey())
                        .isLessThan(STALLED);
            }
        }
    }

    private void settle() {
        await("", RECORDS);
        for (Map.Entry<String, OutputLedger> entry : ledgers.entrySet()) {
            OutputLedger ledger = entry.getValue();
            ledger.listen();
            while (ledger.quiet().compareTo(SETTLED) < 0) { // a duplicate would come now
                ledger.poll();
            }
            System.out.printf(
                    "compose %s: %d events, lost %d, duplicated %d%n",
                    entry.getKey(), RECORDS, ledger.lost(RECORDS), ledger.duplicated());
            assertThat(List.of(ledger.lost(RECORDS), ledger.duplicated(), ledger.strangers()))
                    .as(entry.getKey())
                    .containsOnly(0);
        }
    }

    /** Every query of the dashboard gives data, and every alert rule is evaluated, by a Prometheus where one is installed. */
    private static void observe(ComposeStack stack) throws Exception {
        if (!PrometheusProcess.isInstalled()) {
            System.out.println("no prometheus is installed: the dashboard's queries are not asked");
            return;
        }
        Map<String, String> addresses = new TreeMap<>();
        for (String service : List.of("processor", "jobmanager", "taskmanager")) {
            addresses.put(service, stack.address(service));
        }
        Path folder = Path.of("target", "containers", "prometheus").toAbsolutePath();
        try (PrometheusProcess prometheus = PrometheusProcess.start(folder, addresses)) {
            long end = System.nanoTime() + SCRAPED.toNanos();
            List<String> silent = new ArrayList<>(Observability.dashboardQueries());
            int queries = silent.size();
            while (!silent.isEmpty() && System.nanoTime() < end) {
                TimeUnit.SECONDS.sleep(1);
                for (String query : List.copyOf(silent)) {
                    if (prometheus.samples(query) > 0) {
                        silent.remove(query);
                    }
                }
            }
            List<String> alerts = prometheus.ruleHealth();
            System.out.printf(
                    "prometheus: %d queries of the dashboard, %d without data; alert rules %s%n",
                    queries, silent.size(), alerts);
            assertThat(silent).as("queries without data").isEmpty();
            assertThat(alerts).hasSameSizeAs(Observability.alertQueries()).containsOnly("ok");
        }
    }
}
