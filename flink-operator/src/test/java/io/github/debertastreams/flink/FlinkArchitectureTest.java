package io.github.debertastreams.flink;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class FlinkArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.debertastreams.flink");

    @Test
    void dependsOnFlinksApisAndOurOwnModulesAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "io.github.debertastreams.flink..",
                        "io.github.debertastreams.model..",
                        "io.github.debertastreams.schemas..",
                        "io.github.debertastreams.rules..",
                        "org.apache.flink.api..",
                        "org.apache.flink.configuration",
                        "org.apache.flink.core..",
                        "org.apache.flink.metrics..",
                        // its one histogram that needs no other library
                        "org.apache.flink.runtime.metrics",
                        "org.apache.flink.streaming.api..",
                        "org.apache.flink.table..",
                        "org.apache.flink.util",
                        // the superclass of the generated records
                        "org.apache.avro.specific",
                        "org.jspecify.."))
                .check(CLASSES);
    }
}
