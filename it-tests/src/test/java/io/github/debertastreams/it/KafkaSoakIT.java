package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.Fleet;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.kafka.SlowModelProcessorMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Two applications of two instances each, one under exactly_once_v2 and one under at_least_once, while everything that can be taken
 * down is taken down: instances by SIGKILL, SIGTERM and SIGSTOP for seven seconds, the broker by SIGKILL, and a third instance comes and
 * goes. Each fault strikes when a read_committed reader has seen so many predictions, never after a time.
 *
 * <p>Short in the ordinary tests. {@code -Dsoak.records=120000 -Dsoak.rate=95 -Dsoak.rounds=5} takes some twenty minutes and has each
 * fault five times.
 */
class KafkaSoakIT {

    private static final int PARTITIONS = 4;
    private static final int RECORDS = Integer.getInteger("soak.records", 4_000);
    private static final int RATE = Integer.getInteger("soak.rate", 300);
    private static final int ROUNDS = Integer.getInteger("soak.rounds", 1);
    private static final Duration FROZEN = Duration.ofSeconds(7);
    /** Longer than a transaction of the dead keeps readers waiting. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private static final Duration STALLED = Duration.ofSeconds(120);
    private static final Path FOLDER = Path.of("target", "soak", Long.toString(System.currentTimeMillis()));
    private static final String INPUT = "texts";

    private enum Fault {
        KILL,
        STOP,
        FREEZE,
        KILL_BROKER,
        THIRD_INSTANCE
    }

    @Test
    void nothingIsLostWhateverIsTakenDown() throws Exception {
        long start = System.nanoTime();
        try (BrokerProcess broker = BrokerProcess.start(FOLDER.resolve("broker").toAbsolutePath())) {
            broker.createTopics(PARTITIONS, INPUT, "exactly-once", "at-least-once");
            try (Fleet exactlyOnce = fleet(broker, "exactly-once", "exactly_once_v2");
                    Fleet atLeastOnce = fleet(broker, "at-least-once", "at_least_once");
                    PacedSender sender = new PacedSender(
                            broker.bootstrapServers(), INPUT, PARTITIONS, RECORDS, RATE, PacedSender::text);
                    OutputLedger once = new OutputLedger(broker.bootstrapServers(), "exactly-once");
                    OutputLedger least = new OutputLedger(broker.bootstrapServers(), "at-least-once")) {
                List<Fault> faults = faults();
                for (int i = 0; i < faults.size(); i++) {
                    long threshold = (i + 1L) * RECORDS / (faults.size() + 1);
                    while (once.seen() < threshold || least.seen() < threshold) {
                        poll(List.of(once, least), List.of(exactlyOnce, atLeastOnce));
                    }
                    System.out.printf(
                            "soak: %s after %d and %d predictions of %d sent%n",
                            faults.get(i), once.seen(), least.seen(), sender.sent());
                    strike(faults.get(i), List.of(exactlyOnce, atLeastOnce), i % 2, broker);
                    once.listen();
                    least.listen();
                }
                while (sender.sent() < RECORDS
                        || !broker.allCommitted("exactly-once", INPUT, PARTITIONS)
                        || !broker.allCommitted("at-least-once", INPUT, PARTITIONS)) {
                    poll(List.of(once, least), List.of(exactlyOnce, atLeastOnce));
                }
                once.listen();
                least.listen();
                while (once.quiet().compareTo(SETTLED) < 0 || least.quiet().compareTo(SETTLED) < 0) {
                    poll(List.of(once, least), List.of(exactlyOnce, atLeastOnce));
                }
                exactlyOnce.stopAll();
                atLeastOnce.stopAll();
                System.out.printf(
                        "soak: %d records, %d rounds of %d faults, %d s%n",
                        RECORDS, ROUNDS, Fault.values().length, (System.nanoTime() - start) / 1_000_000_000);
                System.out.printf(
                        "soak: exactly_once_v2 lost %d, duplicated %d%n", once.lost(RECORDS), once.duplicated());
                System.out.printf(
                        "soak: at_least_once lost %d, duplicated %d%n", least.lost(RECORDS), least.duplicated());
                assertThat(List.of(once.lost(RECORDS), once.duplicated(), once.strangers()))
                        .containsOnly(0);
                assertThat(List.of(least.lost(RECORDS), least.strangers())).containsOnly(0);
            }
        }
    }

    private static List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            faults.addAll(List.of(Fault.values()));
        }
        return faults;
    }

    private static void strike(Fault fault, List<Fleet> fleets, int instance, BrokerProcess broker) throws Exception {
        switch (fault) {
            case KILL -> {
                for (Fleet fleet : fleets) {
                    fleet.killAndRestart(instance);
                }
            }
            case STOP -> {
                for (Fleet fleet : fleets) {
                    fleet.stopAndRestart(instance);
                }
            }
            case FREEZE -> {
                for (Fleet fleet : fleets) {
                    fleet.instance(instance).pause();
                }
                Thread.sleep(FROZEN.toMillis());
                for (Fleet fleet : fleets) {
                    fleet.instance(instance).resume();
                }
            }
            case KILL_BROKER -> broker.killAndRestart();
            case THIRD_INSTANCE -> {
                for (Fleet fleet : fleets) {
                    fleet.grow();
                }
                Thread.sleep(FROZEN.toMillis()); // long enough to be given tasks
                fleets.forEach(Fleet::shrink);
            }
        }
    }

    private static void poll(List<OutputLedger> ledgers, List<Fleet> fleets) {
        fleets.forEach(Fleet::requireAlive);
        for (OutputLedger ledger : ledgers) {
            ledger.poll();
            assertThat(ledger.quiet()).as("no progress, see %s", FOLDER).isLessThan(STALLED);
        }
    }

    private static Fleet fleet(BrokerProcess broker, String name, String guarantee) throws Exception {
        return new Fleet(
                FOLDER,
                name,
                SlowModelProcessorMain.class,
                broker.bootstrapServers(),
                Map.of(
                        "processing.guarantee",
                        guarantee,
                        "commit.interval.ms",
                        "200",
                        "deberta.input.topic",
                        INPUT,
                        "deberta.output.topic",
                        name,
                        "deberta.model",
                        "slow-echo",
                        "deberta.max.thread.restarts",
                        "100"),
                2);
    }
}
