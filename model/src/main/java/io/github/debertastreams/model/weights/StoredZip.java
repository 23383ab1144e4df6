package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a zip archive whose entries are stored, not compressed, so that they can be mapped: what PyTorch writes,
 * zip64 included.
 *
 * <p>Every entry lies inside the file, overlaps no other, and has the same name in both of its headers; compressed and encrypted
 * entries, names that could leave a folder, and names given twice are refused. Source: PKWARE's APPNOTE, 4.3.
 */
final class StoredZip {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT = 0xffff;
    private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END_SIGNATURE = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int ENCRYPTED = 1;
    private static final int ZIP64_EXTRA = 1;
    private static final long UNSIGNED_INT = 0xffffffffL;
    /** A model has some hundred entries of less than two hundred bytes. */
    private static final long MAX_DIRECTORY_BYTES = 16 << 20;

    private static final int MAX_ENTRIES = 100_000;
    private static final long CHECKED_AT_A_TIME = 1 << 30;

    private final Path path;
    private final FileChannel channel;
    private final Map<String, Entry> entries;

    /** An entry's bytes in the file, and the checksum that the directory claims for them. */
    record Entry(String name, int crc, long headerOffset, long offset, long length) {

        long end() {
            return offset + length;
        }
    }

    private StoredZip(Path path, FileChannel channel, Map<String, Entry> entries) {
        this.path = path;
        this.channel = channel;
        this.entries = entries;
    }

    /** Whether a file begins as a zip archive does. */
    static boolean isZip(FileChannel channel) throws IOException {
        return channel.size() >= END_BYTES && read(channel, 0, Integer.BYTES).getInt() == LOCAL_SIGNATURE;
    }

    static StoredZip open(Path path, FileChannel channel) throws IOException {
        Directory directory = Directory.find(path, channel);
        ByteBuffer bytes = read(channel, directory.offset(), (int) directory.length());
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (long i = 0; i < directory.count(); i++) {
            Entry entry = entry(path, channel, bytes, directory);
            if (entries.putIfAbsent(entry.name(), entry) != null) {
                throw malformed(path, "has two entries '" + entry.name() + "'");
            }
        }
        requireNoOverlap(path, entries);
        return new StoredZip(path, channel, entries);
    }

    Map<String, Entry> entries() {
        return entries;
    }

    @Nullable
    Entry entry(String name) {
        return entries.get(name);
    }

    /** Refuses an entry whose bytes do not have the checksum that the directory claims. */
    void requireChecksum(Entry entry) throws IOException {
        CRC32 crc = new CRC32();
        for (long done = 0; done < entry.length(); done += CHECKED_AT_A_TIME) {
            long length = Math.min(CHECKED_AT_A_TIME, entry.length() - done);
            crc.update(channel.map(FileChannel.MapMode.READ_ONLY, entry.offset() + done, length));
        }
        if ((int) crc.getValue() != entry.crc()) {
            throw malformed(
                    path,
                    String.format(
                            "entry '%s' has the checksum %08x, its directory says %08x: damaged on the way?",
                            entry.name(), crc.getValue(), entry.crc()));
        }
    }

    /** Where the directory lies, and how many entries it says it has. */
    private record Directory(long offset, long length, long count) {

        static Directory find(Path path, FileChannel channel) throws IOException {
            long size = channel.size();
            int tailLength = (int) Math.min(size, END_BYTES + MAX_COMMENT);
            long tailStart = size - tailLength;
            ByteBuffer tail = read(channel, tailStart, tailLength);
            for (int at = tailLength - END_BYTES; at >= 0; at--) {
                if (tail.getInt(at) == END_SIGNATURE
                        && at + END_BYTES + (tail.getShort(at + 20) & 0xffff) == tailLength) {
                    return zip64(path, channel, tailStart + at, ends(tail, at));
                }
            }
            throw malformed(path, "has no end-of-directory record: is it cut?");
        }

        private static Directory ends(ByteBuffer tail, int at) {
            return new Directory(
                    tail.getInt(at + 16) & UNSIGNED_INT,
                    tail.getInt(at + 12) & UNSIGNED_INT,
                    tail.getShort(at + 10) & 0xffff);
        }

        /** The directory of a zip64 archive has a second, wider end record, found through a locator before the first. */
        private static Directory zip64(Path path, FileChannel channel, long end, Directory plain) throws IOException {
            long locatorAt = end - ZIP64_LOCATOR_BYTES;
            if (locatorAt >= 0) {
                ByteBuffer locator = read(channel, locatorAt, ZIP64_LOCATOR_BYTES);
                if (locator.getInt(0) == ZIP64_LOCATOR_SIGNATURE) {
                    long at = locator.getLong(8);
                    if (at < 0 || at > locatorAt - ZIP64_END_BYTES) {
                        throw malformed(path, "its zip64 end record is said to be at byte " + at);
                    }
                    ByteBuffer wide = read(channel, at, ZIP64_END_BYTES);
                    if (wide.getInt(0) != ZIP64_END_SIGNATURE) {
                        throw malformed(path, "has no zip64 end record at byte " + at);
                    }
                    return new Directory(wide.getLong(48), wide.getLong(40), wide.getLong(32)).requireWithin(path, at);
                }
            }
            return plain.requireWithin(path, end);
        }

        private Directory requireWithin(Path path, long end) {
            if (offset < 0 || length < 0 || length > MAX_DIRECTORY_BYTES || offset > end - length) {
                throw malformed(
                        path,
                        "its directory is said to have " + length + " bytes from byte " + offset + ", expected at most "
                                + MAX_DIRECTORY_BYTES + " bytes before byte " + end);
            }
            if (count < 0 || count > MAX_ENTRIES || count * ENTRY_BYTES > length) {
                throw malformed(path, "its directory of " + length + " bytes is said to have " + count + " entries");
            }
            return this;
        }
    }

    private static Entry entry(Path path, FileChannel channel, ByteBuffer bytes, Directory directory)
            throws IOException {
        int at = bytes.position();
        if (bytes.remaining() < ENTRY_BYTES || bytes.getInt(at) != ENTRY_SIGNATURE) {
            throw malformed(path, "its directory has no entry at byte " + (directory.offset() + at));
        }
        int nameLength = bytes.getShort(at + 28) & 0xffff;
        int extraLength = bytes.getShort(at + 30) & 0xffff;
        int commentLength = bytes.getShort(at + 32) & 0xffff;
        if (nameLength + extraLength + commentLength > bytes.remaining() - ENTRY_BYTES) {
            throw malformed(path, "its directory ends inside an entry");
        }
        byte[] rawName = new byte[nameLength];
        bytes.get(at + ENTRY_BYTES, rawName);
        String name = name(path, rawName);
        int flags = bytes.getShort(at + 8);
        int method = bytes.getShort(at + 10) & 0xffff;
        if (method != 0 || (flags & ENCRYPTED) != 0) {
            throw malformed(
                    path,
                    "entry '" + name + "' is "
                            + ((flags & ENCRYPTED) != 0 ? "encrypted" : "compressed, method " + method)
                            + "; expected stored, as PyTorch writes");
        }
        long[] wide = {
            bytes.getInt(at + 24) & UNSIGNED_INT,
            bytes.getInt(at + 20) & UNSIGNED_INT,
            bytes.getInt(at + 42) & UNSIGNED_INT
        };
        widen(
                path,
                name,
                bytes.slice(at + ENTRY_BYTES + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN),
                wide);
        bytes.position(at + ENTRY_BYTES + nameLength + extraLength + commentLength);
        if (wide[0] != wide[1]) {
            throw malformed(
                    path, "entry '" + name + "' is stored, and said to have " + wide[1] + " and " + wide[0] + " bytes");
        }
        long offset = dataOffset(path, channel, name, rawName, wide[2], directory.offset());
        if (wide[0] < 0 || wide[0] > directory.offset() - offset) {
            throw malformed(
                    path,
                    "entry '" + name + "' is said to have " + wide[0] + " bytes from byte " + offset
                            + ", the directory begins at " + directory.offset());
        }
        return new Entry(name, bytes.getInt(at + 16), wide[2], offset, wide[0]);
    }

    /** Replaces those of size, stored size and offset that did not fit 32 bits; the extra field has them in this order. */
    private static void widen(Path path, String name, ByteBuffer extra, long[] fields) {
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int length = extra.getShort() & 0xffff;
            if (length > extra.remaining()) {
                throw malformed(
                        path,
                        "entry '" + name + "' has an extra field of " + length + " bytes, " + extra.remaining()
                                + " are there");
            }
            int end = extra.position() + length;
            if (id == ZIP64_EXTRA) {
                for (int i = 0; i < fields.length && end - extra.position() >= Long.BYTES; i++) {
                    if (fields[i] == UNSIGNED_INT) {
                        fields[i] = extra.getLong();
                    }
                }
            }
            extra.position(end);
        }
    }

    private static long dataOffset(
            Path path, FileChannel channel, String name, byte[] rawName, long headerOffset, long directoryOffset)
            throws IOException {
        if (headerOffset < 0 || headerOffset > directoryOffset - LOCAL_BYTES - rawName.length) {
            throw malformed(path, "entry '" + name + "' is said to begin at byte " + headerOffset);
        }
        ByteBuffer local = read(channel, headerOffset, LOCAL_BYTES + rawName.length);
        byte[] localName = new byte[rawName.length];
        local.get(LOCAL_BYTES, localName);
        if (local.getInt(0) != LOCAL_SIGNATURE
                || (local.getShort(26) & 0xffff) != rawName.length
                || !Arrays.equals(localName, rawName)) {
            throw malformed(
                    path, "entry '" + name + "' is not at byte " + headerOffset + ", where the directory has it");
        }
        return headerOffset + LOCAL_BYTES + rawName.length + (local.getShort(28) & 0xffff);
    }

    private static String name(Path path, byte[] raw) {
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE, path + ": not a sound zip archive: an entry's name is not UTF-8", e);
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || !part.chars().allMatch(StoredZip::harmless)) {
                throw malformed(path, "has an entry '" + Printable.of(name) + "', expected a plain name");
            }
        }
        return name;
    }

    private static boolean harmless(int character) {
        return character >= ' ' && character != '\\' && character != 0x7f && character != ':';
    }

    private static void requireNoOverlap(Path path, Map<String, Entry> entries) {
        List<Entry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(Entry::headerOffset));
        for (int i = 1; i < inOrder.size(); i++) {
            if (inOrder.get(i).headerOffset() < inOrder.get(i - 1).end()) {
                throw malformed(
                        path,
                        "entries '" + inOrder.get(i - 1).name() + "' and '"
                                + inOrder.get(i).name() + "' overlap");
            }
        }
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("ends at byte " + (position + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private static ModelException malformed(Path path, String found) {
        return ModelException.bundle(path + ": not a sound zip archive: " + found);
    }
}
