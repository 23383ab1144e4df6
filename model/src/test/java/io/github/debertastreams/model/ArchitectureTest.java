package io.github.debertastreams.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md. */
class ArchitectureTest {

    private static final String ROOT = "io.github.debertastreams.model";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void theModelKnowsNoHostAndNoWireFormat() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache..", ROOT.replace(".model", ".kafka") + "..", "io.github.debertastreams.schemas..")
                .check(CLASSES);
    }

    @Test
    void onlyTheRootNamesABackend() {
        for (String backend : List.of(".cpu..", ".onnx..")) {
            classes()
                    .that()
                    .resideInAPackage(ROOT + backend)
                    .should()
                    .onlyBeAccessed()
                    .byAnyPackage(ROOT, ROOT + backend)
                    .check(CLASSES);
        }
    }

    @Test
    void nothingBelowDependsOnTheRoot() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".token..",
                        ROOT + ".encoder..",
                        ROOT + ".cpu..",
                        ROOT + ".onnx..",
                        ROOT + ".kernel..",
                        ROOT + ".head..",
                        ROOT + ".task..",
                        ROOT + ".weights..",
                        ROOT + ".hub..",
                        ROOT + ".error..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT, ROOT + ".batch..")
                .check(CLASSES);
    }

    /** A task meets a backend at the logits, and knows of it nothing else. */
    @Test
    void tasksKnowNeitherEncodersNorWeights() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".task..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".encoder..", ROOT + ".cpu..", ROOT + ".onnx..", ROOT + ".kernel..", ROOT + ".weights..")
                .check(CLASSES);
    }

    @Test
    void headsKnowNoTask() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".head..", ROOT + ".encoder..", ROOT + ".cpu..", ROOT + ".onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".task..")
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching(ROOT + ".(token|encoder|cpu|onnx|kernel|head|task|weights|error)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void incubatorTypesStayInTheKernels() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(CLASSES);
    }

    @Test
    void onnxRuntimeStaysBehindItsBackend() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(CLASSES);
    }

    @Test
    void loggingGoesThroughOneFacade() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(CLASSES);
    }
}
