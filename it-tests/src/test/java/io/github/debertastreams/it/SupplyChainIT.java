package io.github.debertastreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.debertastreams.it.support.BillOfMaterials;
import io.github.debertastreams.it.support.BillOfMaterials.Library;
import io.github.debertastreams.it.support.JobJar;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is shipped: known libraries under known licences, each class once, every service file whole. */
class SupplyChainIT {

    private static final String APPLICATION = "kafka-processor/app";
    private static final String JOB = "flink-operator/job";
    private static final Path LIST = Path.of("..", "docs", "dependencies.md");
    /** Go License is BSD-3-Clause under another name. */
    private static final Set<String> LICENCES =
            Set.of("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "Go License");

    @BeforeEach
    void needsTheBillsOfMaterials() throws IOException {
        for (String module : List.of(APPLICATION, JOB)) {
            assumeTrue(
                    BillOfMaterials.isFresh(module),
                    module
                            + "/target/bom.json is missing or older than the POMs: it is written by mvn package, online");
        }
    }

    @Test
    void everyLibraryIsUnderALicenceThatPermitsShippingIt() throws IOException {
        for (Library library : shipped().values()) {
            assertThat(library.licences()).as(library.coordinates()).isNotEmpty();
            assertThat(library.licences()).as(library.coordinates()).anyMatch(LICENCES::contains);
        }
    }

    @Test
    void theListOfLicencesIsThatOfTheBuild() throws IOException {
        List<String> rows = new ArrayList<>();
        for (Library library : shipped().values()) {
            rows.add("| " + library.coordinates() + " | " + String.join(", ", library.licences()) + " |");
        }
        Path current = Path.of("target", "dependencies.md");
        Files.write(current, rows);
        assertThat(Files.readAllLines(LIST).stream()
                        .filter(line -> line.matches("\\| \\S+:\\S+:\\S+ \\|.*"))
                        .toList())
                .as("rows of docs/dependencies.md; the build's are in %s", current.toAbsolutePath())
                .isEqualTo(rows);
    }

    @Test
    void noClassIsShippedTwice() throws IOException {
        assertThat(twice(libraries())).isEmpty();
        assertThat(twice(inputsOfTheJob())).isEmpty();
    }

    @Test
    void theJobsJarHasEveryProviderOfItsLibraries() throws IOException {
        Map<String, Set<String>> expected = new TreeMap<>();
        for (Path library : inputsOfTheJob()) {
            services(library)
                    .forEach((service, providers) -> expected.computeIfAbsent(service, key -> new TreeSet<>())
                            .addAll(providers));
        }
        Map<String, Set<String>> merged = services(JobJar.find());
        assertThat(expected).isNotEmpty();
        expected.forEach((service, providers) ->
                assertThat(merged.getOrDefault(service, Set.of())).as(service).containsAll(providers));
    }

    @Test
    void everyProviderThatTheJobsJarNamesIsInIt() throws IOException {
        try (JarFile jar = new JarFile(JobJar.find().toFile())) {
            for (Set<String> providers : services(JobJar.find()).values()) {
                for (String provider : providers) {
                    assertThat(jar.getEntry(provider.replace('.', '/') + ".class"))
                            .as(provider)
                            .isNotNull();
                }
            }
        }
    }

    /** By their coordinates, our own left out. */
    private static Map<String, Library> shipped() throws IOException {
        Map<String, Library> shipped = new TreeMap<>();
        for (String module : List.of(APPLICATION, JOB)) {
            for (Library library : BillOfMaterials.of(module)) {
                if (!library.group().equals("io.github.debertastreams")) {
                    shipped.put(library.coordinates(), library);
                }
            }
        }
        assertThat(shipped).hasSizeGreaterThan(20);
        return shipped;
    }

    private static List<Path> libraries() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..").resolve(APPLICATION).resolve("target/deberta/lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    /** What the job's jar is made of, as far as it lies on this class path, whose kafka-clients is a newer one. */
    private static List<Path> inputsOfTheJob() throws IOException {
        Set<String> names = BillOfMaterials.of(JOB).stream()
                .filter(library -> !library.group().equals("org.slf4j"))
                .map(Library::name)
                .collect(Collectors.toSet());
        List<Path> inputs = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> names.contains(jar.getFileName().toString().replaceFirst("-\\d.*", "")))
                .toList();
        assertThat(inputs).hasSizeGreaterThan(8);
        return inputs;
    }

    /** Classes of several jars, with those jars. */
    private static Map<String, List<String>> twice(List<Path> jars) throws IOException {
        Map<String, List<String>> owners = new HashMap<>();
        for (Path path : jars) {
            try (JarFile jar = new JarFile(path.toFile())) {
                jar.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
                        .forEach(name -> owners.computeIfAbsent(name, key -> new ArrayList<>())
                                .add(path.getFileName().toString()));
            }
        }
        owners.values().removeIf(jarsOfClass -> jarsOfClass.size() == 1);
        return new TreeMap<>(owners);
    }

    private static Map<String, Set<String>> services(Path path) throws IOException {
        Map<String, Set<String>> services = new TreeMap<>();
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : jar.stream()
                    .filter(each -> each.getName().matches("META-INF/services/[^/]+"))
                    .toList()) {
                String text = new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
                services.put(
                        entry.getName(),
                        text.lines()
                                .map(line -> line.replaceFirst("#.*", "").strip())
                                .filter(line -> !line.isEmpty())
                                .collect(Collectors.toCollection(TreeSet::new)));
            }
        }
        return services;
    }
}
