package io.github.debertastreams.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.Outcome;
import io.github.debertastreams.model.task.Embedding;
import io.github.debertastreams.schemas.ModelInfo;
import io.github.debertastreams.schemas.Prediction;
import io.github.debertastreams.schemas.PredictionMapper;
import java.time.Instant;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class PredictionSerializerTest {

    private static final Prediction PREDICTION = new PredictionMapper(new ModelInfo("m", "1", "b", "t"))
            .toAvro(
                    "id",
                    new Outcome.Predicted(
                            new Embedding(new float[] {1, 2}), 3, false, new Outcome.Timings(1000, 2000, 3000, 4)),
                    Instant.ofEpochMilli(5));

    @Test
    void readsWhatItWroteAndWhatItCopied() throws Exception {
        PredictionSerializer serializer = PredictionSerializer.INSTANCE;
        DataOutputSerializer written = new DataOutputSerializer(16);
        serializer.serialize(PREDICTION, written);
        DataOutputSerializer copied = new DataOutputSerializer(16);
        serializer.copy(new DataInputDeserializer(written.getCopyOfBuffer()), copied);

        assertThat(serializer.deserialize(new DataInputDeserializer(copied.getCopyOfBuffer())))
                .isEqualTo(PREDICTION);
    }

    @Test
    void aCopyIsEqualAndIndependent() {
        Prediction copy = PredictionSerializer.INSTANCE.copy(PREDICTION);

        assertThat(copy).isEqualTo(PREDICTION).isNotSameAs(PREDICTION);
        assertThat(copy.getResult()).isNotSameAs(PREDICTION.getResult());
    }

    @Test
    void isRestoredFromItsSnapshot() {
        TypeSerializer<Prediction> restored =
                PredictionSerializer.INSTANCE.snapshotConfiguration().restoreSerializer();

        assertThat(restored).isEqualTo(PredictionSerializer.INSTANCE);
    }
}
