package io.github.debertastreams.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.flink.DebertaAsyncFunction.Output;
import io.github.debertastreams.model.FakeModel;
import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.schemas.ClassificationResult;
import io.github.debertastreams.schemas.Prediction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * Records that wait for their prediction stand in a checkpoint as their type writes them. Here these are predictions themselves, of
 * the version before, whose schema was another one.
 */
class InFlightStateTest {

    private static final String RELEASED = "/io/github/debertastreams/schemas/released/0.1.0/Prediction.avsc";
    private static final List<String> IDS = List.of("a", "b", "c");
    private static final Hold HOLD = new Hold();

    @Test
    void inFlightRecordsOfTheVersionBeforeArePredictedAfterARestore() throws Exception {
        OperatorSubtaskState state;
        try (var before = harness("before", new Serializer010())) {
            before.open();
            for (String id : IDS) {
                before.processElement(new StreamRecord<>(prediction(id), 7));
            }
            state = before.snapshot(1, 1);
            assertThat(before.extractOutputValues()).as("all are in flight").isEmpty();
            HOLD.release();
        }

        try (var after = harness("after", PredictionSerializer.INSTANCE)) {
            after.initializeState(state);
            after.open();
            after.endInput();

            assertThat(after.extractOutputValues())
                    .extracting(Prediction::getId)
                    .containsExactlyInAnyOrderElementsOf(IDS);
            assertThat(after.extractOutputValues())
                    .allSatisfy(prediction -> assertThat(((ClassificationResult) prediction.getResult()).getLabels())
                            .extracting(label -> label.getLabel())
                            .containsExactly("text of " + prediction.getId()));
        }
    }

    private static OneInputStreamOperatorTestHarness<Prediction, Prediction> harness(
            String name, TypeSerializer<Prediction> input) throws Exception {
        PredictOptions options = PredictOptions.of("no-such-directory/" + name);
        Output<Prediction, Prediction> output = new Output<>((value, made) -> made, PredictionSerializer.TYPE);
        var function = new DebertaAsyncFunction<Prediction, Prediction>(
                value -> SourceText.of(value.getId(), "text of " + value.getId()),
                options,
                InFlightStateTest::open,
                output);
        var harness = new OneInputStreamOperatorTestHarness<Prediction, Prediction>(
                new AsyncWaitOperatorFactory<>(function, 60_000, options.capacity(), OutputMode.UNORDERED), input);
        harness.setup(PredictionSerializer.INSTANCE);
        return harness;
    }

    /** Answers nothing before it is released. */
    private static FakeModel open(ModelOptions options) {
        return FakeModel.echoing().whileInferring(texts -> HOLD.await());
    }

    /** One for the test and the functions, which travel. */
    private static final class Hold {
        private final CountDownLatch latch = new CountDownLatch(1);

        void release() {
            latch.countDown();
        }

        void await() {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Prediction prediction(String id) {
        Prediction prediction = new Prediction();
        prediction.setId(id);
        return prediction;
    }

    /** What version 0.1.0 had in the place of {@link PredictionSerializer}. */
    private static final class Serializer010 extends TypeSerializerSingleton<Prediction> {

        private static final long serialVersionUID = 1;

        @Override
        public void serialize(Prediction prediction, DataOutputView target) throws IOException {
            Schema schema;
            try (InputStream in =
                    Objects.requireNonNull(PredictionSerializer.class.getResourceAsStream(RELEASED), RELEASED)) {
                schema = new Schema.Parser().parse(in);
            }
            Schema error = schema.getField("result").schema().getTypes().stream()
                    .filter(type -> type.getName().equals("PredictionError"))
                    .findFirst()
                    .orElseThrow();
            GenericRecord written = new GenericRecordBuilder(schema)
                    .set("id", prediction.getId())
                    .set("result", new GenericRecordBuilder(error).build())
                    .set("predictedAt", 0L)
                    .build();
            ByteBuffer encoded = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(written);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            target.writeInt(bytes.length);
            target.write(bytes);
        }

        @Override
        public TypeSerializerSnapshot<Prediction> snapshotConfiguration() {
            return PredictionSerializer.INSTANCE.snapshotConfiguration();
        }

        @Override
        public boolean isImmutableType() {
            return true;
        }

        @Override
        public Prediction createInstance() {
            return new Prediction();
        }

        @Override
        public Prediction copy(Prediction from) {
            return from;
        }

        @Override
        public Prediction copy(Prediction from, Prediction reuse) {
            return from;
        }

        @Override
        public int getLength() {
            return -1;
        }

        @Override
        public Prediction deserialize(DataInputView source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Prediction deserialize(Prediction reuse, DataInputView source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void copy(DataInputView source, DataOutputView target) {
            throw new UnsupportedOperationException();
        }
    }
}
