package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.CrashRun.Tally;
import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.kafka.KafkaProcessorMain;
import io.github.debertastreams.kafka.NaiveProcessorMain;
import io.github.debertastreams.kafka.SlowModelProcessorMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A processor that is killed with -9 in the middle of its batches, under exactly_once_v2, against a broker of its own process. The
 * logs are in {@code target/crash}.
 *
 * <p>The shipped program runs with a demo model, and again with a model that repeats its text, so that a prediction made from another
 * record's text is noticed too. The negative control is the same run with a naive buffer.
 */
class KafkaProcessorCrashIT {

    private static final int RECORDS = 6_000;
    private static final List<Integer> KILLS_AT = List.of(800, 2_000, 3_500);
    private static final Path FOLDER = Path.of("target", "crash", Long.toString(System.currentTimeMillis()));

    private static final String ECHO = "slow-echo";
    private static final String DEMO_MODEL =
            Path.of("..", "model", "demo", "intents").toString();

    private static BrokerProcess broker;

    @BeforeAll
    static void startBroker() throws IOException, InterruptedException {
        broker = BrokerProcess.start(FOLDER.resolve("broker").toAbsolutePath());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void threeKillsOfTheShippedProgramLoseAndDuplicateNothing() throws Exception {
        assertThat(crash().run("shipped", KafkaProcessorMain.class, DEMO_MODEL, false))
                .isEqualTo(new Tally(0, 0, 0));
    }

    @Test
    void threeKillsLoseDuplicateAndMixUpNothing() throws Exception {
        assertThat(crash().run("lossless", SlowModelProcessorMain.class, ECHO, true))
                .isEqualTo(new Tally(0, 0, 0));
    }

    /** The negative control: this test can see a loss. */
    @Test
    void threeKillsOfANaiveBufferLoseRecords() throws Exception {
        Tally tally = crash().run("naive", NaiveProcessorMain.class, ECHO, true);
        assertThat(tally.lost()).isPositive();
        assertThat(tally.strangers()).isZero();
    }

    private static CrashRun crash() {
        return new CrashRun(broker, FOLDER, System.getProperty("java.class.path"), RECORDS, KILLS_AT);
    }
}
