package io.github.debertastreams.flink.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/**
 * A JobManager unpacks a job's functions and serializers in threads that outlive the job. Avro's {@code Schema} leaves a validator
 * in each thread that has met it, and with it the job's class loader.
 */
class UnpackingTest {

    private static final String MET_BY_SCHEMA = "org.apache.avro.NameValidator";

    @Test
    void aJobManagerDoesNotMeetAvro() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        DebertaJob.build(config(), env);
        StreamGraph graph = env.getStreamGraph();
        graph.serializeUserDefinedInstances();
        byte[] packed = InstantiationUtil.serializeObject(graph);

        try (Isolated loader = new Isolated()) {
            Object unpacked = InstantiationUtil.deserializeObject(packed, loader);
            unpacked.getClass()
                    .getMethod("deserializeUserDefinedInstances", ClassLoader.class, Executor.class)
                    .invoke(unpacked, loader, (Executor) Runnable::run);
            unpacked.getClass().getMethod("getJobGraph", ClassLoader.class).invoke(unpacked, loader);

            assertThat(loader.has("io.github.debertastreams.flink.job.RouteFunction"))
                    .as("the functions are there")
                    .isTrue();
            assertThat(loader.has(MET_BY_SCHEMA)).as("Avro's Schema is in use").isFalse();

            Class.forName("io.github.debertastreams.schemas.ErrorKind", true, loader);
            assertThat(loader.has(MET_BY_SCHEMA)).as("this test sees it").isTrue();
        }
    }

    private static JobConfig config() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", "none");
        properties.setProperty("deberta.model", "m");
        properties.setProperty("deberta.input.topic", "in");
        properties.setProperty("deberta.input.format", "avro");
        properties.setProperty("deberta.output.topic", "out");
        return JobConfig.from(properties);
    }

    /** All of this class path once more. */
    private static final class Isolated extends URLClassLoader {

        Isolated() throws IOException {
            super(classPath(), ClassLoader.getPlatformClassLoader());
        }

        boolean has(String className) {
            return findLoadedClass(className) != null;
        }

        private static URL[] classPath() throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }
    }
}
