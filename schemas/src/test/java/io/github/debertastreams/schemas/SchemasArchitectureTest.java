package io.github.debertastreams.schemas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who only reads predictions needs this module and Avro: the model and Kafka are optional dependencies. */
class SchemasArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.debertastreams.schemas");

    @Test
    void onlyTheMappingKnowsTheModel() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(PredictionMapper|ModelInfo)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.debertastreams.model..")
                .check(CLASSES);
    }

    @Test
    void onlyTheSerdesKnowKafka() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.KafkaSerdes(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }
}
