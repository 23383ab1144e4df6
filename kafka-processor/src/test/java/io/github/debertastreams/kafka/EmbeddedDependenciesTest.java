package io.github.debertastreams.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a topology gets by depending on this module: kafka-streams, our modules, and what those cannot do without. */
class EmbeddedDependenciesTest {

    @Test
    void noBrokerDemoOrCommandLineReachesWhoEmbedsTheProcessor() throws Exception {
        assertThat(passedOn(Path.of("pom.xml")))
                .containsExactly("deberta-model", "deberta-rules", "deberta-schemas", "kafka-streams");
        assertThat(passedOn(Path.of("../schemas/rules/pom.xml"))).containsExactly("deberta-model", "deberta-schemas");
        assertThat(passedOn(Path.of("../model/pom.xml"))).containsExactly("jackson-databind", "slf4j-api");
        assertThat(passedOn(Path.of("../schemas/pom.xml"))).containsExactly("avro");
        assertThat(passedOn(Path.of("../pom.xml"))).containsExactly("jspecify");
    }

    /** The artifacts of a pom's own dependencies that are neither optional nor for tests alone. */
    private static Set<String> passedOn(Path pom) throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getDocumentElement();
        Set<String> artifacts = new TreeSet<>();
        NodeList dependencies = project.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            boolean direct = dependency.getParentNode().getParentNode() == project;
            boolean optional = text(dependency, "optional").equals("true");
            if (direct && !optional && Set.of("", "compile", "runtime").contains(text(dependency, "scope"))) {
                artifacts.add(text(dependency, "artifactId"));
            }
        }
        return artifacts;
    }

    private static String text(Element element, String tag) {
        NodeList found = element.getElementsByTagName(tag);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }
}
