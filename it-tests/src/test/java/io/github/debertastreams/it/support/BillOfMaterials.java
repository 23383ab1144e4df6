package io.github.debertastreams.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The libraries of what is shipped, from the CycloneDX file that the build writes. */
public final class BillOfMaterials {

    /**
     * One of them.
     *
     * @param licences names or identifiers as the library's own POM gives them
     */
    public record Library(String group, String name, String version, List<String> licences) {
        public String coordinates() {
            return group + ":" + name + ":" + version;
        }
    }

    private BillOfMaterials() {}

    /** Whether the build has written it since the POMs were changed: Maven leaves that out when it is offline. */
    public static boolean isFresh(String module) throws IOException {
        Path file = file(module);
        return Files.isRegularFile(file)
                && isOlder(Path.of("..", "pom.xml"), file)
                && isOlder(Path.of("..").resolve(module).resolve("pom.xml"), file);
    }

    /** @param module folder of the module from the root of the tree */
    public static List<Library> of(String module) throws IOException {
        Path file = file(module);
        List<Library> libraries = new ArrayList<>();
        for (JsonNode component : new JsonMapper().readTree(file.toFile()).path("components")) {
            libraries.add(new Library(
                    component.path("group").asText(),
                    component.path("name").asText(),
                    component.path("version").asText(),
                    licences(component)));
        }
        return libraries;
    }

    private static Path file(String module) {
        return Path.of("..").resolve(module).resolve("target/bom.json");
    }

    private static boolean isOlder(Path one, Path other) throws IOException {
        return Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) <= 0;
    }

    private static List<String> licences(JsonNode component) {
        TreeSet<String> names = new TreeSet<>();
        for (JsonNode licence : component.path("licenses")) {
            JsonNode one = licence.path("license");
            names.add(
                    licence.has("expression")
                            ? licence.path("expression").asText()
                            : one.path("id").asText(one.path("name").asText()));
        }
        return List.copyOf(names);
    }
}
