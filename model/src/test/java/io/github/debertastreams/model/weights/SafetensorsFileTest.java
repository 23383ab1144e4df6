package io.github.debertastreams.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {

    private static final String SOUND = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @TempDir
    private Path directory = Path.of("");

    static Stream<Arguments> malformedFiles() {
        return Stream.of(
                malformed("an empty file", new byte[0], "has 0 bytes"),
                malformed("half a header length", new byte[4], "has 4 bytes"),
                malformed("no header", length(0, ""), "header length is 0"),
                malformed("a header longer than the file", length(1000, SOUND), "header length is 1000"),
                malformed(
                        "a huge header length", length(Long.MAX_VALUE, SOUND), "header length is 9223372036854775807"),
                malformed("a negative header length", length(-1, SOUND), "header length is 18446744073709551615"),
                malformed(
                        "a header above the format's limit", length(100_000_001, SOUND), "header length is 100000001"),
                malformed("a header that is not JSON", file("{\"a\": nonsense}", 8), "not JSON"),
                malformed("a header cut off", file("{\"a\":{\"dtype\":\"F32\"", 8), "not JSON"),
                malformed("a header that is a list", file("[1,2]", 0), "not a JSON object"),
                malformed(
                        "a name given twice",
                        file(
                                "{\"a\":" + tensor("F32", "[1]", "[0,4]") + ",\"a\":" + tensor("F32", "[1]", "[4,8]")
                                        + "}",
                                8),
                        "not JSON"),
                malformed("too deep a header", file("{\"a\":" + "[".repeat(50) + "]".repeat(50) + "}", 0), "not JSON"),
                one("an unknown dtype", tensor("F33", "[2]", "[0,8]"), 8, "dtype is \"F33\""),
                one("no dtype", "{\"shape\":[2],\"data_offsets\":[0,8]}", 8, "dtype is missing"),
                one("no shape", "{\"dtype\":\"F32\",\"data_offsets\":[0,8]}", 8, "shape is missing"),
                one("no offsets", "{\"dtype\":\"F32\",\"shape\":[2]}", 8, "data_offsets is missing"),
                one("a shape that is no list", tensor("F32", "2", "[0,8]"), 8, "shape is 2"),
                one("a negative dimension", tensor("F32", "[-2]", "[0,8]"), 8, "shape has -2"),
                one("a fractional dimension", tensor("F32", "[2.5]", "[0,8]"), 8, "shape has 2.5"),
                one("a dimension beyond a long", tensor("F32", "[99999999999999999999]", "[0,8]"), 8, "shape has 9999"),
                one("a shape that overflows", tensor("F32", "[4294967296,4294967296]", "[0,8]"), 8, "overflows"),
                one(
                        "a shape that overflows to its size",
                        tensor("F32", "[4611686018427387905,2]", "[0,8]"),
                        8,
                        "overflows"),
                one("a shape larger than its bytes", tensor("F32", "[3]", "[0,8]"), 8, "takes 12 bytes"),
                one("a shape smaller than its bytes", tensor("F32", "[1]", "[0,8]"), 8, "takes 4 bytes"),
                one("offsets in reverse", tensor("F32", "[2]", "[8,0]"), 8, "data_offsets are [8, 0]"),
                one("three offsets", tensor("F32", "[2]", "[0,4,8]"), 8, "data_offsets are [0, 4, 8]"),
                one("offsets past the end", tensor("F32", "[2]", "[4,12]"), 8, "data_offsets are [4, 12]"),
                one("a truncated tensor", tensor("F32", "[2]", "[0,8]"), 7, "data_offsets are [0, 8]"),
                one("a hole before the tensor", tensor("F32", "[1]", "[4,8]"), 8, "hole"),
                one("bytes that no tensor owns", tensor("F32", "[1]", "[0,4]"), 8, "expected"),
                malformed(
                        "overlapping tensors",
                        file(
                                "{\"a\":" + tensor("F32", "[2]", "[0,8]") + ",\"b\":" + tensor("F32", "[1]", "[4,8]")
                                        + "}",
                                8),
                        "overlap"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedFiles")
    void refusesAMalformedFileNamingItAndTheFault(String what, byte[] bytes, String expected) throws IOException {
        Path file = directory.resolve("model.safetensors");
        Files.write(file, bytes);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE))
                .hasMessageContaining(file.toString())
                .hasMessageContaining(expected);
    }

    @Test
    void refusesAMissingFileAndADirectory() {
        assertThatThrownBy(() -> SafetensorsFile.open(directory.resolve("absent.safetensors")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("absent.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.open(directory)).isInstanceOf(ModelException.class);
    }

    @Test
    void refusesTheWrongTypeShapeAndName() throws IOException {
        Files.write(directory.resolve("model.safetensors"), file("{\"a\":" + tensor("I32", "[2]", "[0,8]") + "}", 8));
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThatThrownBy(() -> checkpoint.floats("a", 2)).hasMessageContaining("'a' is I32, expected F32");
            assertThatThrownBy(() -> checkpoint.floats("a", 3)).hasMessageContaining("'a' is [2], expected [3]");
            assertThatThrownBy(() -> checkpoint.floats("b", 2)).hasMessageContaining("has no tensor 'b'");
        }
    }

    @Test
    void readsEveryFloatingType() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"},\"f16\":" + tensor("F16", "[3]", "[0,6]") + ",\"bf16\":"
                + tensor("BF16", "[1]", "[6,8]") + ",\"f32\":" + tensor("F32", "[1]", "[8,12]") + ",\"f64\":"
                + tensor("F64", "[]", "[12,20]") + ",\"none\":" + tensor("F32", "[0,5]", "[20,20]") + "}";
        byte[] bytes = file(header, 20);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(bytes.length - 20)
                .putShort((short) 0x3555)
                .putShort((short) 0x8001)
                .putShort((short) 0x7c00)
                .putShort((short) 0x4049)
                .putFloat(1.5f)
                .putDouble(-2.25);
        Path file = directory.resolve("types.safetensors");
        Files.write(file, bytes);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.floats("f16")).containsExactly(0.333251953125f, -0x1p-24f, Float.POSITIVE_INFINITY);
            assertThat(tensors.floats("bf16")).containsExactly(3.140625f);
            assertThat(tensors.floats("f32")).containsExactly(1.5f);
            assertThat(tensors.floats("f64")).containsExactly(-2.25f);
            assertThat(tensors.floats("none")).isEmpty();
        }
    }

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = directory.resolve("own.safetensors");
        SafetensorsFile.write(file, Map.of("x", new float[] {1, 2, 3, 4, 5, 6}), Map.of("x", new long[] {2, 3}));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.floats("x")).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(tensors.info("x").shape()).containsExactly(2, 3);
        }
    }

    private static Arguments malformed(String what, byte[] bytes, String expected) {
        return Arguments.of(what, bytes, expected);
    }

    private static Arguments one(String what, String tensor, int dataBytes, String expected) {
        return malformed(what, file("{\"a\":" + tensor + "}", dataBytes), expected);
    }

    private static String tensor(String type, String shape, String offsets) {
        return "{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
    }

    private static byte[] length(long headerLength, String header) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(json)
                .array();
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] start = length(header.getBytes(StandardCharsets.UTF_8).length, header);
        return Arrays.copyOf(start, start.length + dataBytes);
    }

    @Test
    void theTableHasAtLeastTwentyCases() {
        List<Arguments> cases = malformedFiles().toList();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(20);
    }
}
