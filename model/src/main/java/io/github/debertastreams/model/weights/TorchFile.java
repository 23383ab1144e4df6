package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A state dict as {@code torch.save} writes it: a zip archive with {@code data.pkl} and one entry per storage, or the stream of
 * PyTorch before 1.6 (five pickles, then the storages).
 *
 * <p>The pickle is interpreted by {@link TorchPickle}, which builds tensors and containers and runs nothing. Every storage is
 * checked against the bytes that are there when the file is opened, and its checksum when its first tensor is read. Tensors may
 * share storages and may be views with strides, such as transposed ones.
 */
final class TorchFile implements WeightsFile {

    /** First object of the old stream. */
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

    private static final long PROTOCOL_VERSION = 1001;
    private static final String PICKLE = "data.pkl";
    private static final String BYTE_ORDER = "byteorder";
    private static final int MAX_BYTE_ORDER = 16;

    /** Where training scripts keep the state dict when they save more beside it. */
    private static final List<String> NESTED = List.of("state_dict", "model");

    private final Path path;
    private final FileChannel channel;
    private final Map<String, TorchTensor> tensors;
    private final Map<String, Bytes> storages;
    private final @Nullable StoredZip zip;
    private final Set<String> checked = ConcurrentHashMap.newKeySet();

    /** Where a storage lies; {@code entry} where an archive has a checksum for it. */
    private record Bytes(long offset, StoredZip.@Nullable Entry entry) {}

    private TorchFile(
            Path path,
            FileChannel channel,
            Map<String, TorchTensor> tensors,
            Map<String, Bytes> storages,
            @Nullable StoredZip zip) {
        this.path = path;
        this.channel = channel;
        this.tensors = tensors;
        this.storages = storages;
        this.zip = zip;
    }

    /**
     * Opens a file and reads everything but the elements.
     *
     * @throws ModelException of kind {@code BUNDLE} when the file is malformed, or asks for anything but tensors
     */
    static TorchFile open(Path path) {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        try {
            return StoredZip.isZip(channel) ? archive(path, channel) : stream(path, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw unreadable(path, e);
        } catch (ModelException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        TorchTensor tensor = tensor(name);
        return new TensorInfo(name, tensor.storage().type(), tensor.shape());
    }

    @Override
    public synchronized float[] floats(String name) {
        TorchTensor tensor = tensor(name);
        TensorInfo info = info(name);
        Elements.requireFloating(path, info);
        Bytes storage = storages.get(tensor.storage().key());
        if (storage == null) {
            throw new AssertionError("every storage was located at open: " + tensor.storage());
        }
        requireChecksum(tensor.storage().key(), storage);
        int width = info.type().bytes();
        ByteBuffer span = Elements.map(
                path,
                channel,
                info,
                storage.offset() + tensor.offset() * width,
                (tensor.last() - tensor.offset() + 1) * width);
        if (tensor.dense()) {
            return Elements.floats(path, info, span);
        }
        float[] values = new float[Elements.count(path, info)];
        gather(span, info.type(), tensor, values);
        return values;
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    /** Writes the elements in row-major order; {@code span} begins at the tensor's first element. */
    private static void gather(ByteBuffer span, TensorInfo.Type type, TorchTensor tensor, float[] values) {
        long[] shape = tensor.shape();
        long[] strides = tensor.strides();
        int[] index = new int[shape.length];
        long element = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = Elements.floatAt(span, type, (int) element);
            for (int dimension = shape.length - 1; dimension >= 0; dimension--) {
                element += strides[dimension];
                if (++index[dimension] < shape[dimension]) {
                    break;
                }
                element -= index[dimension] * strides[dimension];
                index[dimension] = 0;
            }
        }
    }

    private void requireChecksum(String key, Bytes storage) {
        if (zip != null && storage.entry() != null && !checked.contains(key)) {
            try {
                zip.requireChecksum(storage.entry());
            } catch (IOException e) {
                throw unreadable(path, e);
            }
            checked.add(key);
        }
    }

    private TorchTensor tensor(String name) {
        TorchTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw ModelException.bundle(path + ": has no tensor '" + name + "'");
        }
        return tensor;
    }

    private static TorchFile archive(Path path, FileChannel channel) throws IOException {
        StoredZip zip = StoredZip.open(path, channel);
        StoredZip.Entry pickle = pickleEntry(path, zip);
        String root = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
        StoredZip.Entry byteOrder = zip.entry(root + BYTE_ORDER);
        if (byteOrder != null) {
            requireLittleEndian(path, channel, byteOrder);
        }
        if (pickle.length() > TorchPickle.MAX_BYTES) {
            throw malformed(
                    path, PICKLE + " has " + pickle.length() + " bytes, expected at most " + TorchPickle.MAX_BYTES);
        }
        zip.requireChecksum(pickle);
        ByteBuffer program = channel.map(FileChannel.MapMode.READ_ONLY, pickle.offset(), pickle.length());
        Map<String, TorchStorage> claimed = new LinkedHashMap<>();
        Object value = TorchPickle.load(path + ": " + PICKLE, program, claimed);
        if (program.hasRemaining()) {
            throw malformed(path, PICKLE + " goes on for " + program.remaining() + " bytes after its end");
        }
        Map<String, TorchTensor> tensors = stateDict(path, value);
        Map<String, Bytes> storages = new HashMap<>();
        for (TorchStorage storage : claimed.values()) {
            StoredZip.Entry entry = zip.entry(root + "data/" + storage.key());
            if (entry == null || entry.length() != storage.byteLength()) {
                throw malformed(
                        path,
                        "storage '" + Printable.of(storage.key()) + "' of " + storage.elements() + " " + storage.type()
                                + " needs " + storage.byteLength() + " bytes, the archive has "
                                + (entry == null ? "no entry for it" : entry.length()));
            }
            storages.put(storage.key(), new Bytes(entry.offset(), entry));
        }
        return new TorchFile(path, channel, tensors, storages, zip);
    }

    private static StoredZip.Entry pickleEntry(Path path, StoredZip zip) {
        StoredZip.Entry found = null;
        for (StoredZip.Entry entry : zip.entries().values()) {
            String name = entry.name();
            if (name.endsWith("/" + PICKLE) && name.indexOf('/') == name.length() - PICKLE.length() - 1) {
                if (found != null) {
                    throw malformed(path, "has both '" + found.name() + "' and '" + name + "'");
                }
                found = entry;
            }
        }
        if (found == null) {
            throw malformed(path, "is a zip archive without a folder that has " + PICKLE);
        }
        return found;
    }

    private static void requireLittleEndian(Path path, FileChannel channel, StoredZip.Entry entry) throws IOException {
        String order = "of " + entry.length() + " bytes";
        if (entry.length() <= MAX_BYTE_ORDER) {
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, entry.offset(), entry.length());
            order = StandardCharsets.US_ASCII.decode(bytes).toString();
        }
        if (!order.equals("little")) {
            throw malformed(path, BYTE_ORDER + " is " + Printable.of(order) + ", expected little");
        }
    }

    private static TorchFile stream(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer programs = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(size, TorchPickle.MAX_BYTES));
        String where = path.toString();
        if (programs.remaining() < 2 || (programs.get(0) & 0xff) != 0x80) {
            throw malformed(path, "begins neither as a zip archive nor as a pickle");
        }
        Map<String, TorchStorage> none = new HashMap<>();
        Object magic = TorchPickle.load(where, programs, none);
        if (!magic.equals(MAGIC)) {
            throw malformed(
                    path, "its first value is " + TorchPickle.kind(magic) + ", expected PyTorch's magic number");
        }
        Object version = TorchPickle.load(where, programs, none);
        if (!version.equals(PROTOCOL_VERSION)) {
            throw malformed(path, "its protocol is " + TorchPickle.kind(version) + ", expected " + PROTOCOL_VERSION);
        }
        Object system = TorchPickle.load(where, programs, none);
        if (!(system instanceof TorchPickle.Dict dict)
                || !Boolean.TRUE.equals(dict.entries().get("little_endian"))) {
            throw malformed(path, "does not say that it is little endian");
        }
        Map<String, TorchStorage> claimed = new LinkedHashMap<>();
        Map<String, TorchTensor> tensors = stateDict(path, TorchPickle.load(where, programs, claimed));
        Object keys = TorchPickle.load(where, programs, none);
        if (!(keys instanceof List<?> list) || !none.isEmpty()) {
            throw malformed(path, "has " + TorchPickle.kind(keys) + " after its tensors, expected the storages' keys");
        }
        Map<String, Bytes> storages = locate(path, channel, programs.position(), list, claimed);
        return new TorchFile(path, channel, tensors, storages, null);
    }

    /** After the pickles: for each key the number of elements, and the elements. */
    private static Map<String, Bytes> locate(
            Path path, FileChannel channel, long start, List<?> keys, Map<String, TorchStorage> claimed)
            throws IOException {
        long size = channel.size();
        long position = start;
        Map<String, Bytes> storages = new HashMap<>();
        for (Object key : keys) {
            TorchStorage storage = key instanceof String text ? claimed.get(text) : null;
            if (storage == null || storages.containsKey(storage.key())) {
                throw malformed(
                        path,
                        "lists " + TorchPickle.kind(key)
                                + (storage == null
                                        ? " among its storages, which no tensor has"
                                        : " twice among its storages"));
            }
            long elements = size - position < Long.BYTES ? -1 : elements(channel, position);
            position += Long.BYTES;
            if (elements != storage.elements() || storage.byteLength() > size - position) {
                throw malformed(
                        path,
                        "storage '" + Printable.of(storage.key()) + "' of " + storage.elements() + " " + storage.type()
                                + " needs " + storage.byteLength() + " bytes, the file has " + elements
                                + " elements at byte " + position + " of " + size);
            }
            storages.put(storage.key(), new Bytes(position, null));
            position += storage.byteLength();
        }
        if (storages.size() != claimed.size()) {
            throw malformed(path, "has " + storages.size() + " storages, its tensors need " + claimed.size());
        }
        if (position != size) {
            throw malformed(path, "has " + size + " bytes, expected " + position + " by its storages");
        }
        return storages;
    }

    private static long elements(FileChannel channel, long position) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, position, Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    /** The tensors of the state dict; what else it holds is left out. */
    private static Map<String, TorchTensor> stateDict(Path path, Object root) {
        if (!(root instanceof TorchPickle.Dict dict)) {
            throw malformed(path, "holds " + TorchPickle.kind(root) + ", expected a dict of tensors");
        }
        Map<String, TorchTensor> tensors = tensors(dict);
        for (String key : NESTED) {
            if (tensors.isEmpty() && dict.entries().get(key) instanceof TorchPickle.Dict nested) {
                tensors = tensors(nested);
            }
        }
        if (tensors.isEmpty()) {
            throw malformed(path, "holds a dict without tensors");
        }
        return tensors;
    }

    private static Map<String, TorchTensor> tensors(TorchPickle.Dict dict) {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        dict.entries().forEach((key, value) -> {
            if (key instanceof String name && value instanceof TorchTensor tensor) {
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }

    private static ModelException malformed(Path path, String found) {
        return ModelException.bundle(path + ": not a sound PyTorch file: " + found);
    }

    private static ModelException unreadable(Path path, IOException e) {
        return new ModelException(ModelException.Kind.BUNDLE, path + ": cannot be read: " + e.getMessage(), e);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // it was only read from
        }
    }
}
