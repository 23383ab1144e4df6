package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.it.support.ChildProcess;
import io.github.debertastreams.it.support.OutputLedger;
import io.github.debertastreams.it.support.PacedSender;
import io.github.debertastreams.it.support.ProcessorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * A processor that is killed with -9 in the middle of its batches. Kills are triggered by the output that a read_committed reader has
 * seen.
 *
 * @param folder for configurations and logs
 * @param classPath of the processor
 * @param killsAt predictions seen
 */
record CrashRun(BrokerProcess broker, Path folder, String classPath, int records, List<Integer> killsAt) {

    private static final int PARTITIONS = 4;
    /** Longer than the broker leaves a killed processor's transaction open: it hides from readers all that was committed after it. */
    private static final Duration SETTLED = Duration.ofSeconds(8);

    private static final Duration STALLED = Duration.ofSeconds(45);

    /** What a run came to. */
    record Tally(int lost, int duplicated, int strangers) {}

    /** @param repeats whether the model repeats its text, so that predictions from another record's text are noticed */
    Tally run(String name, Class<?> mainClass, String model, boolean repeats)
            throws IOException, ExecutionException, InterruptedException {
        String input = name + "-texts";
        String output = name + "-predictions";
        broker.createTopics(PARTITIONS, input, output);
        Path config = ProcessorFile.write(
                folder,
                name,
                broker.bootstrapServers(),
                Map.of("deberta.input.topic", input, "deberta.output.topic", output, "deberta.model", model));
        ChildProcess processor = start(name, 0, mainClass, config);
        try (PacedSender sender = new PacedSender(broker.bootstrapServers(), input, PARTITIONS, records);
                OutputLedger ledger = new OutputLedger(broker.bootstrapServers(), output)) {
            for (int kill = 0; kill < killsAt.size(); kill++) {
                while (ledger.seen() < killsAt.get(kill)) {
                    poll(ledger, processor);
                }
                assertThat(ledger.seen()).as("records in flight").isLessThan(sender.sent());
                processor.kill();
                processor = start(name, kill + 1, mainClass, config);
            }
            while (sender.sent() < records || !broker.allCommitted(name, input, PARTITIONS)) {
                poll(ledger, processor);
            }
            ledger.listen();
            while (ledger.quiet().compareTo(SETTLED) < 0) {
                poll(ledger, processor);
            }
            assertThat(processor.stop()).as("exit status after SIGTERM").isEqualTo(128 + 15);
            Tally tally = new Tally(ledger.lost(records), ledger.duplicated(), repeats ? ledger.strangers() : 0);
            System.out.printf(
                    "%s: %d records, %d kills, lost %d, duplicated %d%n",
                    name, records, killsAt.size(), tally.lost(), tally.duplicated());
            return tally;
        } finally {
            processor.close();
        }
    }

    /** The log of the first life. */
    Path firstLog(String name) {
        return folder.resolve(name + "-0.log");
    }

    private ChildProcess start(String name, int life, Class<?> mainClass, Path config) throws IOException {
        return ChildProcess.startWith(
                "-Xmx512m",
                classPath,
                folder.resolve(name + "-" + life + ".log"),
                mainClass.getName(),
                config.toString());
    }

    private static void poll(OutputLedger ledger, ChildProcess processor) {
        ledger.poll();
        assertThat(processor.isAlive()).as("processor, see %s", processor.log()).isTrue();
        assertThat(ledger.quiet()).as("no progress, see %s", processor.log()).isLessThan(STALLED);
    }
}
