package io.github.debertastreams.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionJsonTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyPredictionIsOneObjectWithTheNamesOfTheSchema() throws IOException {
        for (Map.Entry<String, Prediction> sample : Samples.predictions().entrySet()) {
            JsonNode json = JSON.readTree(PredictionJson.encode(sample.getValue()));
            assertThat(json.fieldNames())
                    .toIterable()
                    .containsExactlyElementsOf(Prediction.getClassSchema().getFields().stream()
                            .map(field -> field.name())
                            .toList());
            assertThat(json.at("/result/type").textValue())
                    .isEqualTo(sample.getValue().getResult().getClass().getSimpleName());
            assertThat(Instant.parse(json.get("predictedAt").textValue()))
                    .isEqualTo(sample.getValue().getPredictedAt());
        }
    }

    @Test
    void anErrorSaysItsKind() throws IOException {
        Prediction failed = Prediction.newBuilder()
                .setId("a \"quoted\" id")
                .setResult(new PredictionError(ErrorKind.NO_TEXT, "nothing there"))
                .setPredictedAt(Instant.EPOCH)
                .build();
        JsonNode json = JSON.readTree(PredictionJson.encode(failed));
        assertThat(json.get("id").textValue()).isEqualTo("a \"quoted\" id");
        assertThat(json.at("/result/kind").textValue()).isEqualTo("NO_TEXT");
        assertThat(json.at("/result/message").textValue()).isEqualTo("nothing there");
        assertThat(json.get("timings").isNull()).isTrue();
    }
}
