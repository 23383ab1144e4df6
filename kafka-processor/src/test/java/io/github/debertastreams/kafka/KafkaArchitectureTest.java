package io.github.debertastreams.kafka;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
                .dependOnClassesThat(resideInAnyPackage("org.apache.kafka..internals..")
                        .and(not(type(RecordHeaders.class)))) // the one way to make headers that clients offer
                .check(CLASSES);
    }

    @Test
    void dependsOnStreamsAndOurModulesAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "com.sun.net.httpserver",
                        "io.github.debertastreams.kafka",
                        "io.github.debertastreams.model..",
                        "io.github.debertastreams.schemas..",
                        "io.github.debertastreams.rules..",
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
