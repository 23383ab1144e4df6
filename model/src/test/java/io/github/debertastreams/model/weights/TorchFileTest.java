package io.github.debertastreams.model.weights;

import static io.github.debertastreams.model.weights.PickleWriter.pickle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.github.debertastreams.model.error.ModelException;
import java.io.ByteArrayOutputStream;
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
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {

    /** No small file, whatever it claims, makes the reader allocate more. */
    private static final long MAX_ALLOCATED = 128 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory = Path.of("");

    static List<HostilePickles.Case> hostilePickles() {
        return HostilePickles.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostilePickles")
    void refusesAHostilePickleInAnArchiveAndInAStream(HostilePickles.Case hostile) throws IOException {
        for (byte[] file : List.of(TorchBytes.archive(hostile.pickle()), TorchBytes.stream(hostile.pickle()))) {
            Path path = write(file);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            ModelException refusal = refusal(path);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(refusal.kind()).isEqualTo(ModelException.Kind.BUNDLE);
            assertThat(refusal).hasMessageContaining(path.toString());
            if (file[0] == 'P' || hostile.pickle().length > 0) { // in a stream, an empty pickle is the next one
                assertThat(refusal).hasMessageContaining(hostile.expected());
            }
            assertThat(refusal.getMessage()).hasSizeLessThan(700);
            assertThat(allocated).isLessThan(MAX_ALLOCATED);
        }
    }

    @Test
    void thereAreAtLeastAHundredHostilePicklesAndNoneOfThemRanAnything() throws IOException {
        List<HostilePickles.Case> cases = hostilePickles();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(100);
        for (HostilePickles.Case hostile : cases) {
            refusal(write(TorchBytes.archive(hostile.pickle())));
        }
        assertThat(System.getProperty("deberta.test.tripwire")).isNull();
        assertThat(Path.of("hacked")).doesNotExist();
    }

    @Test
    void refusesASoundPickleCutAnywhere() throws IOException {
        byte[] sound = stateDict();
        for (int length = 0; length < sound.length; length++) {
            refusal(write(TorchBytes.archive(Arrays.copyOf(sound, length))));
        }
    }

    @Test
    void refusesAFileCutAnywhere() throws IOException {
        for (byte[] sound : List.of(TorchBytes.archive(stateDict()), TorchBytes.stream(stateDict()))) {
            for (int length = 0; length < sound.length; length++) {
                refusal(write(Arrays.copyOf(sound, length)));
            }
        }
    }

    @Test
    void readsOnOrRefusesAFileWithAnyOneByteChanged() throws IOException {
        for (byte[] sound : List.of(TorchBytes.archive(stateDict()), TorchBytes.stream(stateDict()))) {
            for (int at = 0; at < sound.length; at++) {
                byte[] changed = sound.clone();
                changed[at] ^= (byte) (1 << at % 8);
                try (TorchFile file = TorchFile.open(write(changed))) {
                    for (String name : file.names()) {
                        assertThat(file.floats(name).length).isLessThanOrEqualTo(8);
                    }
                } catch (ModelException e) {
                    assertThat(e.kind()).isEqualTo(ModelException.Kind.BUNDLE);
                }
            }
        }
    }

    static Stream<Arguments> hostileArchives() {
        byte[] storage = TorchBytes.storage();
        byte[] sound = TorchBytes.archive(stateDict());
        int end = sound.length - 22;
        int directoryAt = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt(end + 16);
        return Stream.of(
                Arguments.of("a folder upwards", zip("../data.pkl", "../data/0", storage), "'../data.pkl', expected a"),
                Arguments.of("an absolute name", zip("/etc/data.pkl", "/etc/data/0", storage), "expected a plain name"),
                Arguments.of("a slip in a storage", zip("a/data.pkl", "a/data/../../0", storage), "a plain name"),
                Arguments.of("a backslash", zip("a/data.pkl", "a\\data\\0", storage), "expected a plain name"),
                Arguments.of("a drive", zip("C:/data.pkl", "C:/data/0", storage), "expected a plain name"),
                Arguments.of("a NUL in a name", zip("a\0/data.pkl", "a/data/0", storage), "expected a plain name"),
                Arguments.of("no pickle", zip("a/data.txt", "a/data/0", storage), "without a folder that has data.pkl"),
                Arguments.of("two pickles", zip("a/data.pkl", "b/data.pkl", storage), "has both 'a/data.pkl' and"),
                Arguments.of("no storage", zip("a/data.pkl", "a/data/1", storage), "the archive has no entry for it"),
                Arguments.of("a short storage", zip("a/data.pkl", "a/data/0", new byte[15]), "the archive has 15"),
                Arguments.of("a long storage", zip("a/data.pkl", "a/data/0", new byte[17]), "the archive has 17"),
                Arguments.of("a compressed bomb", bomb(), "is compressed, method 8"),
                Arguments.of("an encrypted entry", patch(sound, directoryAt + 8, 1), "is encrypted"),
                Arguments.of("a wrong checksum", patch(sound, directoryAt + 16, 0), "has the checksum"),
                Arguments.of("an entry longer than the file", sizes(sound, directoryAt, 1 << 30), "said to have 10737"),
                Arguments.of("two sizes", patch(sound, directoryAt + 20, 3), "is stored, and said to have"),
                Arguments.of("an entry at another's place", patch(sound, directoryAt + 42, 200), "is not at byte 200"),
                Arguments.of("an entry past the end", patch(sound, directoryAt + 44, 200), "said to begin at"),
                Arguments.of("a name of its own", patch(sound, 30, 'b'), "is not at byte 0"),
                Arguments.of("more entries than there are", patch(sound, end + 10, 5), "no entry at byte"),
                Arguments.of("more entries than fit", patch(sound, end + 11, 50), "said to have 12804 entries"),
                Arguments.of("a directory past the end", patch(sound, end + 18, 50), "its directory is said"),
                Arguments.of("a directory of a gigabyte", patch(sound, end + 15, 64), "its directory is said"),
                Arguments.of("overlapping entries", overlapping(), "overlap"),
                Arguments.of("one entry twice", twice(), "two entries 'x/data.pkl'"),
                Arguments.of("a zip64 end that is nowhere", zip64(sound, HUGE, 0, 0), "zip64 end record is said"),
                Arguments.of("a zip64 end that is none", zip64(sound, 0, 0, 0), "no zip64 end record at byte 0"),
                Arguments.of("big endian", bigEndian(), "byteorder is big"),
                Arguments.of("bytes after the pickle", TorchBytes.archive(withTail()), "goes on for 1 bytes"));
    }

    private static final long HUGE = 1L << 62;

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileArchives")
    void refusesAHostileArchive(String what, byte[] file, String expected) throws IOException {
        Path path = write(file);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertThat(refusal(path)).hasMessageContaining(path.toString()).hasMessageContaining(expected);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED);
    }

    static Stream<Arguments> hostileStreams() {
        byte[] sound = stateDict();
        byte[] keys = pickle().op(']').text("0").op('a').stop();
        byte[] storage = TorchBytes.storage();
        PickleWriter start = new PickleWriter().append(TorchBytes.magic());
        return Stream.of(
                Arguments.of("nothing", new byte[0], "neither as a zip archive nor as a pickle"),
                Arguments.of("a text", "version https://git-lfs".getBytes(StandardCharsets.UTF_8), "neither as a zip"),
                Arguments.of("another magic number", pickle().number(5).stop(), "its first value is 5"),
                Arguments.of(
                        "another protocol",
                        new PickleWriter()
                                .append(TorchBytes.magic())
                                .append(pickle().number(1000).stop())
                                .bytes(),
                        "its protocol is 1000"),
                Arguments.of(
                        "big endian",
                        start.append(pickle().number(1001).stop())
                                .append(TorchBytes.system(0x89))
                                .bytes(),
                        "does not say that it is little endian"),
                Arguments.of(
                        "no keys", TorchBytes.stream(sound, pickle().op('N').stop(), 4, storage), "has None after"),
                Arguments.of("no key", TorchBytes.stream(sound, pickle().op(']').stop(), 4, storage), "has 0 storages"),
                Arguments.of(
                        "an unknown key",
                        TorchBytes.stream(
                                sound, pickle().op(']').text("1").op('a').stop(), 4, storage),
                        "lists '1' among its storages, which no tensor has"),
                Arguments.of(
                        "a key twice",
                        TorchBytes.stream(
                                sound,
                                pickle().op(']')
                                        .text("0")
                                        .op('a')
                                        .text("0")
                                        .op('a')
                                        .stop(),
                                4,
                                storage),
                        "lists '0' twice"),
                Arguments.of("another length", TorchBytes.stream(sound, keys, 5, storage), "the file has 5 elements"),
                Arguments.of("a negative length", TorchBytes.stream(sound, keys, -4, storage), "has -4 elements"),
                Arguments.of("a storage cut off", TorchBytes.stream(sound, keys, 4, new byte[15]), "needs 16 bytes"),
                Arguments.of("bytes after it", TorchBytes.stream(sound, keys, 4, new byte[17]), "expected"),
                Arguments.of(
                        "storages among the keys",
                        TorchBytes.stream(
                                sound,
                                pickle().op(']')
                                        .storage("FloatStorage", "0", 4)
                                        .op('a')
                                        .stop(),
                                4,
                                storage),
                        "expected the storages' keys"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileStreams")
    void refusesAHostileStream(String what, byte[] file, String expected) throws IOException {
        Path path = write(file);
        assertThat(refusal(path)).hasMessageContaining(path.toString()).hasMessageContaining(expected);
    }

    @Test
    void aDamagedStorageIsRefusedWhenItsTensorIsRead() throws IOException {
        byte[] file = TorchBytes.archive(stateDict());
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("archive/data/0") + "archive/data/0".length();
        file[at] ^= 1;
        try (TorchFile torch = TorchFile.open(write(file))) {
            assertThatThrownBy(() -> torch.floats("a"))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("'archive/data/0' has the checksum");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsViewsOfASharedStorageByTheirStrides(boolean archive) throws IOException {
        byte[] pickle = pickle().op('}', '(')
                .text("dense")
                .tensor(0, new long[] {2, 2}, new long[] {2, 1})
                .text("transposed")
                .tensor(0, new long[] {2, 2}, new long[] {1, 2})
                .text("column")
                .tensor(1, new long[] {2}, new long[] {2})
                .text("cube")
                .tensor(0, new long[] {2, 1, 2}, new long[] {1, 7, 2})
                .text("scalar")
                .tensor(3, new long[] {}, new long[] {})
                .text("empty")
                .tensor(4, new long[] {0, 3}, new long[] {3, 1})
                .text("epoch")
                .number(3)
                .op('u')
                .stop();
        try (TorchFile file = TorchFile.open(write(archive ? TorchBytes.archive(pickle) : TorchBytes.stream(pickle)))) {
            assertThat(file.names()).containsExactly("dense", "transposed", "column", "cube", "scalar", "empty");
            assertThat(file.floats("dense")).containsExactly(1, 2, 3, 4);
            assertThat(file.floats("transposed")).containsExactly(1, 3, 2, 4);
            assertThat(file.floats("column")).containsExactly(2, 4);
            assertThat(file.floats("cube")).containsExactly(1, 3, 2, 4);
            assertThat(file.floats("scalar")).containsExactly(4);
            assertThat(file.floats("empty")).isEmpty();
            assertThat(file.info("transposed").shape()).containsExactly(2, 2);
        }
    }

    @Test
    void readsEveryFormOfAStateDict() throws IOException {
        PickleWriter parameter = pickle().orderedDict()
                .text("a")
                .global("torch._utils", "_rebuild_parameter")
                .op('(')
                .tensor(0, new long[] {4}, new long[] {1})
                .raw(0x88)
                .orderedDict()
                .op('t', 'R', 's', '}')
                .text("_metadata")
                .orderedDict()
                .op('s', 'b');
        assertThat(readA(TorchBytes.archive(parameter.stop()))).containsExactly(TorchBytes.STORAGE);
        byte[] nested = pickle().op('}', '(')
                .text("epoch")
                .number(7)
                .text("state_dict")
                .op('}')
                .text("a")
                .tensor(0, new long[] {4}, new long[] {1})
                .op('s', 'u')
                .stop();
        assertThat(readA(TorchBytes.archive(nested))).containsExactly(TorchBytes.STORAGE);
        byte[] framed = PickleWriter.protocol(4)
                .raw(0x95)
                .int64(8)
                .op('}')
                .raw(0x94, 0x8c, 1, 'a')
                .tensor(0, new long[] {4}, new long[] {1})
                .op('s')
                .stop();
        assertThat(readA(TorchBytes.archive(framed))).containsExactly(TorchBytes.STORAGE);
    }

    @Test
    void aTensorOfAnotherTypeIsToldButNotReadAsFloats() throws IOException {
        byte[] pickle = pickle().op('}')
                .text("a")
                .tensor("LongStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .op('s')
                .stop();
        try (TorchFile file = TorchFile.open(write(TorchBytes.archive(pickle)))) {
            assertThat(file.info("a").type()).isEqualTo(TensorInfo.Type.I64);
            assertThatThrownBy(() -> file.floats("a")).hasMessageContaining("'a' is I64, expected F32");
        }
    }

    private float[] readA(byte[] bytes) throws IOException {
        try (TorchFile file = TorchFile.open(write(bytes))) {
            assertThat(file.names()).containsExactly("a");
            return file.floats("a");
        }
    }

    private static byte[] stateDict() {
        return pickle().op('}')
                .text("a")
                .tensor(0, new long[] {2, 2}, new long[] {2, 1})
                .op('s')
                .stop();
    }

    private static byte[] withTail() {
        return Arrays.copyOf(stateDict(), stateDict().length + 1);
    }

    private static byte[] zip(String pickle, String storageName, byte[] storage) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(pickle, stateDict());
        entries.put(storageName, storage);
        return TorchBytes.zip(entries);
    }

    private static byte[] bigEndian() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", stateDict());
        entries.put("a/data/0", TorchBytes.storage());
        entries.put("a/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        return TorchBytes.zip(entries);
    }

    /** Ten megabytes of zeros in ten kilobytes. */
    private static byte[] bomb() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            zip.write(new byte[10_000_000]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /** Two names of one length, the second renamed to the first in both headers. */
    private static byte[] twice() {
        String text = new String(zip("x/data.pkl", "y/data.pkl", stateDict()), StandardCharsets.ISO_8859_1);
        return text.replace("y/data.pkl", "x/data.pkl").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The first entry's sizes reach into the second. */
    private static byte[] overlapping() {
        byte[] sound = TorchBytes.archive(stateDict());
        int directoryAt = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt(sound.length - 6);
        return sizes(sound, directoryAt, stateDict().length + 40);
    }

    private static byte[] sizes(byte[] file, int directoryAt, int size) {
        byte[] changed = file.clone();
        ByteBuffer.wrap(changed)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(directoryAt + 20, size)
                .putInt(directoryAt + 24, size);
        return changed;
    }

    private static byte[] zip64(byte[] file, long endAt, long reserved, int disk) {
        int end = file.length - 22;
        return ByteBuffer.allocate(file.length + 20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(file, 0, end)
                .putInt(0x07064b50)
                .putInt(disk)
                .putLong(endAt)
                .putInt((int) reserved)
                .put(file, end, 22)
                .array();
    }

    private static byte[] patch(byte[] file, int at, int value) {
        byte[] changed = file.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private ModelException refusal(Path path) {
        ModelException refusal = catchThrowableOfType(
                ModelException.class, () -> TorchFile.open(path).close());
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    private Path write(byte[] bytes) throws IOException {
        Path path = directory.resolve("pytorch_model.bin");
        Files.write(path, bytes);
        return path;
    }
}
