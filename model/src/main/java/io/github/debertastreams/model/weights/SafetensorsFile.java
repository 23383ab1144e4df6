package io.github.debertastreams.model.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file in the safetensors format: eight bytes header length (little endian), a JSON header, the tensors' bytes.
 *
 * <p>Everything the header claims is checked against the file's real size before anything is allocated for it: lengths, shapes,
 * offsets, and that the tensors cover the data without holes or overlaps. Tensors are memory-mapped one by one when read.
 * Threads may share it.
 */
public final class SafetensorsFile implements WeightsFile {

    private static final int LENGTH_BYTES = 8;
    /** Safetensors' own limit on a header. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final JsonMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final Path path;
    private final FileChannel channel;
    private final Map<String, Located> tensors;

    /** A tensor and where its bytes lie in the file. */
    private record Located(TensorInfo info, long byteOffset, long byteLength) {

        String name() {
            return info.name();
        }
    }

    private SafetensorsFile(Path path, FileChannel channel, Map<String, Located> tensors) {
        this.path = path;
        this.channel = channel;
        this.tensors = tensors;
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws ModelException of kind {@code BUNDLE} when the file is missing or its header does not describe it
     */
    public static SafetensorsFile open(Path path) {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            String reason = e instanceof NoSuchFileException ? "no such file" : "cannot be opened: " + e.getMessage();
            throw new ModelException(ModelException.Kind.BUNDLE, path + ": " + reason, e);
        }
        try {
            return new SafetensorsFile(path, channel, readHeader(path, channel));
        } catch (IOException e) {
            closeQuietly(channel);
            throw new ModelException(ModelException.Kind.BUNDLE, path + ": cannot be read: " + e.getMessage(), e);
        } catch (ModelException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    /** Names of the tensors, in the header's order. */
    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        return located(name).info();
    }

    @Override
    public float[] floats(String name) {
        Located tensor = located(name);
        return Elements.floats(path, tensor.info(), map(tensor));
    }

    @Override
    public @Nullable ByteBuffer mappedFloats(String name) {
        Located tensor = located(name);
        boolean ready = tensor.info().type() == TensorInfo.Type.F32 && tensor.byteOffset() % Float.BYTES == 0;
        return ready ? map(tensor) : null;
    }

    /** The tensor's elements as doubles, for reference data. */
    public double[] doubles(String name) {
        Located tensor = located(name);
        if (tensor.info().type() != TensorInfo.Type.F64) {
            float[] floats = floats(name);
            double[] widened = new double[floats.length];
            Arrays.setAll(widened, i -> floats[i]);
            return widened;
        }
        double[] values = new double[Elements.count(path, tensor.info())];
        map(tensor).asDoubleBuffer().get(values);
        return values;
    }

    /** The elements of an integer tensor as ints. A value outside the int range is refused. */
    public int[] ints(String name) {
        Located tensor = located(name);
        TensorInfo.Type type = tensor.info().type();
        int[] values = new int[Elements.count(path, tensor.info())];
        ByteBuffer bytes = map(tensor);
        for (int i = 0; i < values.length; i++) {
            long value = switch (type) {
                case I64 -> bytes.getLong(8 * i);
                case I32 -> bytes.getInt(4 * i);
                case I16 -> bytes.getShort(2 * i);
                case I8 -> bytes.get(i);
                case U8, BOOL -> bytes.get(i) & 0xff;
                default ->
                    throw ModelException.bundle(path + ": '" + name + "' is " + type + ", expected an integer type");
            };
            if (value != (int) value) {
                throw ModelException.invalidInput(path + ": '" + name + "' has " + value + " at " + i);
            }
            values[i] = (int) value;
        }
        return values;
    }

    /** Writes float tensors, shapes beside them, as F32. The order of the map is the order of the file. */
    public static void write(Path path, Map<String, float[]> values, Map<String, long[]> shapes) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, float[]> entry : values.entrySet()) {
            long end = offset + 4L * entry.getValue().length;
            header.put(
                    entry.getKey(),
                    Map.of("dtype", "F32", "shape", shapes.get(entry.getKey()), "data_offsets", new long[] {offset, end
                    }));
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padding = Math.floorMod(-json.length, LENGTH_BYTES);
        ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + json.length + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length + (long) padding)
                .put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        try (FileChannel out = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeFully(out, start.flip());
            for (float[] tensor : values.values()) {
                ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, tensor.length))
                        .order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(tensor);
                writeFully(out, bytes);
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private Located located(String name) {
        Located tensor = tensors.get(name);
        if (tensor == null) {
            throw ModelException.bundle(path + ": has no tensor '" + name + "'");
        }
        return tensor;
    }

    private ByteBuffer map(Located tensor) {
        return Elements.map(path, channel, tensor.info(), tensor.byteOffset(), tensor.byteLength());
    }

    private static Map<String, Located> readHeader(Path path, FileChannel channel) throws IOException {
        long fileSize = channel.size();
        if (fileSize < LENGTH_BYTES) {
            throw malformed(path, "has " + fileSize + " bytes, expected at least " + LENGTH_BYTES);
        }
        long headerLength = read(path, channel, 0, LENGTH_BYTES).getLong();
        if (headerLength < 2 || headerLength > Math.min(MAX_HEADER_BYTES, fileSize - LENGTH_BYTES)) {
            throw malformed(
                    path,
                    "header length is " + Long.toUnsignedString(headerLength) + ", expected 2 to "
                            + Math.min(MAX_HEADER_BYTES, fileSize - LENGTH_BYTES) + " in a file of " + fileSize
                            + " bytes");
        }
        byte[] json = read(path, channel, LENGTH_BYTES, (int) headerLength).array();
        JsonNode header;
        try {
            header = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, path + ": header is not JSON: " + e.getOriginalMessage(), e);
        }
        if (header == null || !header.isObject()) {
            throw malformed(path, "header is not a JSON object");
        }
        long dataStart = LENGTH_BYTES + headerLength;
        Map<String, Located> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals(METADATA)) {
                tensors.put(entry.getKey(), tensor(path, entry.getKey(), entry.getValue(), dataStart, fileSize));
            }
        }
        requireExactCover(path, tensors, dataStart, fileSize);
        return tensors;
    }

    private static Located tensor(Path path, String name, JsonNode node, long dataStart, long fileSize) {
        String where = "tensor '" + name + "'";
        TensorInfo.Type type = type(path, where, node.path("dtype"));
        long[] shape = longs(path, where + " shape", node.path("shape"));
        long[] offsets = longs(path, where + " data_offsets", node.path("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > fileSize - dataStart) {
            throw malformed(
                    path,
                    where + " data_offsets are " + Arrays.toString(offsets) + ", expected [start, end] within "
                            + (fileSize - dataStart) + " bytes of data");
        }
        long bytes = TensorInfo.byteLength(type, shape);
        if (bytes < 0) {
            throw malformed(path, where + " shape " + Arrays.toString(shape) + " overflows");
        }
        if (bytes != offsets[1] - offsets[0]) {
            throw malformed(
                    path,
                    where + " of " + type + " " + Arrays.toString(shape) + " takes " + bytes + " bytes, data_offsets "
                            + Arrays.toString(offsets) + " hold " + (offsets[1] - offsets[0]));
        }
        return new Located(new TensorInfo(name, type, shape), dataStart + offsets[0], bytes);
    }

    private static TensorInfo.Type type(Path path, String where, JsonNode node) {
        for (TensorInfo.Type type : TensorInfo.Type.values()) {
            if (type.name().equals(node.asText())) {
                return type;
            }
        }
        throw malformed(
                path,
                where + " dtype is " + (node.isMissingNode() ? "missing" : node) + ", expected one of "
                        + Arrays.toString(TensorInfo.Type.values()));
    }

    private static long[] longs(Path path, String where, JsonNode node) {
        if (!node.isArray()) {
            throw malformed(path, where + " is " + (node.isMissingNode() ? "missing" : node) + ", expected a list");
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode element = node.get(i);
            if (!element.canConvertToLong() || !element.isIntegralNumber() || element.longValue() < 0) {
                throw malformed(path, where + " has " + element + ", expected whole numbers from 0 up");
            }
            values[i] = element.longValue();
        }
        return values;
    }

    private static void requireExactCover(Path path, Map<String, Located> tensors, long dataStart, long fileSize) {
        List<Located> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(Located::byteOffset).thenComparingLong(Located::byteLength));
        long end = dataStart;
        String previous = "the header";
        for (Located tensor : inOrder) {
            if (tensor.byteOffset() != end) {
                throw malformed(
                        path,
                        "tensor '" + tensor.name() + "' starts at byte " + tensor.byteOffset() + ", expected " + end
                                + " where " + previous + " ends: "
                                + (tensor.byteOffset() < end ? "they overlap" : "there is a hole between them"));
            }
            end += tensor.byteLength();
            previous = "'" + tensor.name() + "'";
        }
        if (end != fileSize) {
            throw malformed(path, "has " + fileSize + " bytes, expected " + end + " by its header");
        }
    }

    private static ByteBuffer read(Path path, FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw malformed(path, "ends at byte " + (position + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private static ModelException malformed(Path path, String found) {
        return ModelException.bundle(path + ": not a sound safetensors file: " + found);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // it was only read from
        }
    }
}
