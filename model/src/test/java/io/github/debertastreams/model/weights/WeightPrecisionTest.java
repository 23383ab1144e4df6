package io.github.debertastreams.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of a model in other floating types, and what reading costs. */
class WeightPrecisionTest {

    private static final Path MODEL = Path.of("src/test/resources/golden/v1_seqcls");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F64"})
    void copiesInOtherTypesAgreeWithinTheirRounding(TensorInfo.Type type) throws IOException {
        try (Checkpoint exact = Checkpoint.open(MODEL)) {
            Map<String, float[]> values = new TreeMap<>();
            for (String name : exact.names()) {
                values.put(name, exact.floats(name, exact.info(name).shape()));
            }
            write(values, type);
            try (Checkpoint copy = Checkpoint.open(directory)) {
                for (Map.Entry<String, float[]> tensor : values.entrySet()) {
                    float[] rounded = copy.floats(tensor.getKey(), tensor.getValue().length);
                    for (int i = 0; i < rounded.length; i++) {
                        float value = tensor.getValue()[i];
                        assertThat(Math.abs(rounded[i] - value))
                                .as("%s at %d: %s", tensor.getKey(), i, value)
                                .isLessThanOrEqualTo((float) halfUnit(value, type));
                    }
                }
            }
        }
    }

    @Test
    void readingATensorAllocatesItsArrayAndNothingMore() throws IOException {
        int elements = 2_000_000;
        long[] shape = {elements};
        SafetensorsFile.write(
                directory.resolve("model.safetensors"), Map.of("a", new float[elements]), Map.of("a", shape));
        byte[] pickle = PickleWriter.pickle()
                .op('}')
                .text("a")
                .tensor("FloatStorage", "0", elements, 0, shape, new long[] {1})
                .op('s')
                .stop();
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/data/0", new byte[4 * elements]);
        Path torch = directory.resolve("pytorch_model.bin");
        Files.write(torch, TorchBytes.zip(entries));
        for (WeightsFile file :
                List.of(SafetensorsFile.open(directory.resolve("model.safetensors")), TorchFile.open(torch))) {
            try (file) {
                file.floats("a"); // classes are loaded
                long before = THREADS.getCurrentThreadAllocatedBytes();
                float[] values = file.floats("a");
                long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
                assertThat(values).hasSize(elements);
                assertThat(allocated).as(file.getClass().getSimpleName()).isLessThan(4L * elements + (1 << 16));
            }
        }
    }

    /** Half the distance between neighbours of a type at a value. */
    private static double halfUnit(float value, TensorInfo.Type type) {
        return switch (type) {
            case F16 -> 0.5 * Math.scalb(1.0, Math.max(Math.getExponent(value), -14) - 10);
            case BF16 -> 0.5 * Math.scalb(1.0, Math.max(Math.getExponent(value), Float.MIN_EXPONENT) - 7);
            default -> 0;
        };
    }

    private void write(Map<String, float[]> values, TensorInfo.Type type) throws IOException {
        StringBuilder header = new StringBuilder("{");
        long end = 0;
        for (Map.Entry<String, float[]> tensor : values.entrySet()) {
            long start = end;
            end += (long) tensor.getValue().length * type.bytes();
            header.append(String.format(
                    "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%d,%d]}",
                    start == 0 ? "" : ",", tensor.getKey(), type, tensor.getValue().length, start, end));
        }
        byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + (int) end)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json);
        for (float[] tensor : values.values()) {
            for (float value : tensor) {
                switch (type) {
                    case F16 -> file.putShort(half(value));
                    case BF16 -> file.putShort(brainFloat(value));
                    default -> file.putDouble(value);
                }
            }
        }
        Files.write(directory.resolve("model.safetensors"), Arrays.copyOf(file.array(), file.position()));
    }

    /** Nearest binary16 of a value within its range. */
    private static short half(float value) {
        int exponent = Math.max(Math.getExponent(value), -14);
        long units = Math.round(Math.abs((double) value) * Math.scalb(1.0, 10 - exponent));
        int magnitude = (int) ((exponent + 14L << 10) + units); // a carry goes on into the exponent
        return (short) (magnitude | (value < 0 ? 0x8000 : 0));
    }

    private static short brainFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
