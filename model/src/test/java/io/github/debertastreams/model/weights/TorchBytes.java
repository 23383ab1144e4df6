package io.github.debertastreams.model.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** PyTorch's two kinds of files around a pickle. */
final class TorchBytes {

    /** Storage "0" of the pickles in tests. */
    static final float[] STORAGE = {1, 2, 3, 4};

    private TorchBytes() {}

    /** An archive with the pickle and the storage. */
    static byte[] archive(byte[] pickle) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        entries.put("archive/data/0", storage());
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        return zip(entries);
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(content.getValue());
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setSize(content.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The old stream with the pickle and the storage. */
    static byte[] stream(byte[] pickle) {
        return stream(pickle, PickleWriter.pickle().op(']').text("0").op('a').stop(), 4, storage());
    }

    static byte[] stream(byte[] pickle, byte[] keys, long elements, byte[] storage) {
        return new PickleWriter()
                .append(magic())
                .append(PickleWriter.pickle().number(1001).stop())
                .append(system(0x88))
                .append(pickle)
                .append(keys)
                .int64(elements)
                .append(storage)
                .bytes();
    }

    static byte[] magic() {
        return new PickleWriter()
                .raw(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
                .stop();
    }

    static byte[] system(int littleEndian) {
        return PickleWriter.pickle()
                .op('}')
                .text("little_endian")
                .raw(littleEndian)
                .op('s')
                .stop();
    }

    static byte[] storage() {
        ByteBuffer bytes = ByteBuffer.allocate(4 * STORAGE.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(STORAGE);
        return bytes.array();
    }
}
