package io.github.debertastreams.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What a released version wrote stays readable. */
class ReleasedSchemasTest {

    @Test
    void currentSchemasReadEveryReleasedOne() {
        for (String version : PredictionCodec.RELEASED) {
            for (Schema current : new Schema[] {TextEvent.getClassSchema(), Prediction.getClassSchema()}) {
                Schema released = PredictionCodec.released(version, current.getName());
                assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, released)
                                .getType())
                        .as("%s reads %s", current.getName(), version)
                        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            }
        }
    }

    @Test
    void lastReleasedSchemaReadsTheCurrentOne() { // consumers are not updated on the same day as producers
        String last = PredictionCodec.RELEASED.get(PredictionCodec.RELEASED.size() - 1);
        for (Schema current : new Schema[] {TextEvent.getClassSchema(), Prediction.getClassSchema()}) {
            Schema released = PredictionCodec.released(last, current.getName());
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(released, current)
                            .getType())
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
    }

    @Test
    void bytesOfEveryReleaseAreRead() throws IOException {
        for (String version : PredictionCodec.RELEASED) {
            assertThat(PredictionCodec.textEvents().decode(bytes(version, "TextEvent")))
                    .isEqualTo(Samples.textEvent());
            for (Map.Entry<String, Prediction> sample : Samples.predictions().entrySet()) {
                assertThat(PredictionCodec.predictions().decode(bytes(version, sample.getKey())))
                        .isEqualTo(sample.getValue());
            }
        }
    }

    @Test
    void readsAWriterWithFewerFields() {
        Schema older = new Schema.Parser().parse("""
                {"type": "record", "name": "TextEvent", "namespace": "io.github.debertastreams.schemas", "fields": [
                  {"name": "id", "type": "string"}, {"name": "text", "type": "string"}]}
                """);
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(TextEvent.getClassSchema(), older)
                        .getType())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    /** {@code -Dreleased.write=0.2.0} writes the bytes of a new release. */
    @Test
    @EnabledIfSystemProperty(named = "released.write", matches = ".+")
    void writesTheBytesOfARelease() throws IOException {
        Path folder = Path.of("src/test/resources/released", System.getProperty("released.write"));
        Files.createDirectories(folder);
        Files.write(
                folder.resolve("TextEvent.bin"), PredictionCodec.textEvents().encode(Samples.textEvent()));
        for (Map.Entry<String, Prediction> sample : Samples.predictions().entrySet()) {
            Files.write(
                    folder.resolve(sample.getKey() + ".bin"),
                    PredictionCodec.predictions().encode(sample.getValue()));
        }
    }

    private static byte[] bytes(String version, String name) throws IOException {
        String resource = "/released/" + version + "/" + name + ".bin";
        try (InputStream in =
                Objects.requireNonNull(ReleasedSchemasTest.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        }
    }
}
