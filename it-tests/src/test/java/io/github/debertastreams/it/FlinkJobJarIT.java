package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.it.support.JobJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The job's jar is one that a cluster can take. */
class FlinkJobJarIT {

    @Test
    void holdsEverythingButFlinkOnceAndUnsigned() throws IOException {
        try (JarFile jar = new JarFile(JobJar.find().toFile())) {
            List<String> names = jar.stream().map(JarEntry::getName).toList();

            assertThat(names).doesNotHaveDuplicates().contains("META-INF/LICENSE");
            assertThat(names).noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)"));
            assertThat(names).noneMatch(name -> name.startsWith("org/apache/flink/runtime/"));
            assertThat(names).noneMatch(name -> name.startsWith("org/apache/flink/configuration/"));
            assertThat(names).noneMatch(name -> name.startsWith("org/slf4j/"));
            assertThat(names)
                    .contains(
                            "io/github/debertastreams/flink/job/DebertaJob.class",
                            "io/github/debertastreams/model/NlpModel.class",
                            "org/apache/flink/connector/base/DeliveryGuarantee.class",
                            "org/apache/flink/connector/kafka/source/KafkaSource.class",
                            "org/apache/avro/Schema.class");
            assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo("io.github.debertastreams.flink.job.DebertaJob");
            JarEntry factories = jar.getJarEntry("META-INF/services/org.apache.flink.table.factories.Factory");
            String merged = new String(jar.getInputStream(factories).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(merged).contains("DebertaModelProviderFactory", "KafkaDynamicTableFactory");
        }
    }
}
