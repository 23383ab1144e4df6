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
    void dependsOnFlinksStreamingApiAndOurTwoModulesAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "io.github.debertastreams.flink",
                        "io.github.debertastreams.model..",
                        "io.github.debertastreams.schemas..",
                        "org.apache.flink.api..",
                        "org.apache.flink.core.memory",
                        "org.apache.flink.streaming.api..",
                        // the superclass of the generated records
                        "org.apache.avro.specific",
                        "org.jspecify.."))
                .check(CLASSES);
    }
}
