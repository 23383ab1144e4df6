package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.it.CrashRun.Tally;
import io.github.debertastreams.it.support.BrokerProcess;
import io.github.debertastreams.kafka.NaiveProcessorMain;
import io.github.debertastreams.kafka.SlowModelProcessorMain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The compiled processor, which touches Streams' internals in one class, with the jars of other versions of Kafka Streams in place of
 * those that it was compiled against. {@code -Pexternals} brings them.
 */
class KafkaVersionsIT {

    private static final Path FOLDER = Path.of("target", "versions", Long.toString(System.currentTimeMillis()));
    private static final Path JARS = Path.of("target", "kafka-versions");
    private static final Pattern KAFKA = Pattern.compile("kafka-(streams|clients)-[0-9.]+\\.jar");

    private static BrokerProcess broker;

    @BeforeAll
    static void startBroker() throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(JARS), "skipped: no jars of other Kafka versions, -Pexternals brings them");
        broker = BrokerProcess.start(FOLDER.resolve("broker").toAbsolutePath());
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.9.2", "4.0.2", "4.1.2", "4.2.1"})
    void twoKillsLoseAndDuplicateNothing(String version) throws Exception {
        CrashRun crash = new CrashRun(broker, FOLDER, classPath(version), 3_000, List.of(600, 1_500));
        String name = "streams-" + version;
        assertThat(crash.run(name, SlowModelProcessorMain.class, "slow-echo", true))
                .isEqualTo(new Tally(0, 0, 0));
        assertThat(Files.readString(crash.firstLog(name))).contains("Kafka " + version + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = "3.9.2")
    void aNaiveBufferLosesRecordsThereToo(String version) throws Exception {
        CrashRun crash = new CrashRun(broker, FOLDER, classPath(version), 3_000, List.of(600, 1_500));
        assertThat(crash.run("naive-" + version, NaiveProcessorMain.class, "slow-echo", true)
                        .lost())
                .isPositive();
    }

    private static String classPath(String version) {
        String ours = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !KAFKA.matcher(Path.of(entry).getFileName().toString()).matches())
                .collect(Collectors.joining(File.pathSeparator));
        return JARS.resolve("kafka-streams-" + version + ".jar").toAbsolutePath()
                + File.pathSeparator
                + JARS.resolve("kafka-clients-" + version + ".jar").toAbsolutePath()
                + File.pathSeparator
                + ours;
    }
}
