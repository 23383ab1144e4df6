package io.github.debertastreams.kafka;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class KafkaArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.debertastreams.kafka");

    @Test
    void onlyThePendingBatchStoreTouchesStreamsInternals() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.PendingBatchStore(\\$.*)?")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.kafka..internals.."))
                .check(CLASSES);
    }

    @Test
    void dependsOnStreamsAndOurTwoModulesAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "io.github.debertastreams.kafka",
                        "io.github.debertastreams.model..",
                        "io.github.debertastreams.schemas..",
                        "org.apache.kafka.streams..",
                        "org.apache.kafka.common..",
                        "org.apache.kafka.clients..",
                        // what those bring along
                        "org.apache.avro..",
                        "com.fasterxml.jackson..",
                        "org.slf4j..",
                        "org.jspecify.."))
                .check(CLASSES);
    }
}
