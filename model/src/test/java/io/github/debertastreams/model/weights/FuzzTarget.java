package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What the fuzzer runs: any bytes as a file of a model directory may end in a {@link ModelException} and in nothing else. The
 * fuzzer finds {@link #fuzzerInitialize} and {@link #fuzzerTestOneInput} by name; {@code model/src/test/scripts/fuzz} starts it.
 */
public final class FuzzTarget {

    private static final int MAX_TEXT = 64;
    private static Kind chosen = Kind.PICKLE;

    private FuzzTarget() {}

    /** One kind of file, with sound examples to begin from. */
    enum Kind {
        SAFETENSORS("model.safetensors", () -> List.of(safetensors())) {
            @Override
            void read(Path directory, byte[] bytes) throws IOException {
                readAll(directory, "model.safetensors", bytes);
            }
        },
        INDEX(
                "model.safetensors.index.json",
                () -> List.of(utf8("{\"metadata\":{\"total_size\":8},\"weight_map\":{\"a\":\"one.safetensors\"}}"))) {
            @Override
            void read(Path directory, byte[] bytes) throws IOException {
                Files.write(directory.resolve("one.safetensors"), safetensors());
                readAll(directory, "model.safetensors.index.json", bytes);
            }
        },
        PICKLE("data.pkl", () -> List.of(stateDict())) {
            @Override
            void read(Path directory, byte[] bytes) {
                TorchPickle.load("fuzzed", ByteBuffer.wrap(bytes), new HashMap<>());
            }
        },
        TORCH("pytorch_model.bin", () -> List.of(TorchBytes.archive(stateDict()), TorchBytes.stream(stateDict()))) {
            @Override
            void read(Path directory, byte[] bytes) throws IOException {
                readAll(directory, "pytorch_model.bin", bytes);
            }
        },
        HDF5("tf_model.h5", () -> List.of(resource("fuzz/tiny.h5"))) {
            @Override
            void read(Path directory, byte[] bytes) throws IOException {
                readAll(directory, "tf_model.h5", bytes);
            }
        },
        TOKENIZER("tokenizer.json", () -> List.of(resource("token/tiny/tokenizer.json"))) {
            @Override
            void read(Path directory, byte[] bytes) throws IOException {
                tokenize(directory, "tokenizer.json", bytes);
            }
        },
        SPM("spm.model", () -> List.of(resource("token/tiny-unigram/spm.model"))) {
            @Override
            void read(Path directory, byte[] bytes) throws IOException {
                tokenize(directory, "spm.model", bytes);
            }
        },
        CONFIG("config.json", () -> List.of(resource("golden/v1_seqcls/config.json"))) {
            @Override
            void read(Path directory, byte[] bytes) throws IOException {
                Files.write(directory.resolve("config.json"), bytes);
                ModelConfig.read(directory);
            }
        };

        final String file;
        final Supplier<List<byte[]>> seeds;

        Kind(String file, Supplier<List<byte[]>> seeds) {
            this.file = file;
            this.seeds = seeds;
        }

        /** Inputs that once ended in something else than a {@link ModelException}; absent where there were none. */
        Path found() {
            return Path.of("src/test/resources/fuzz/found", name().toLowerCase(Locale.ROOT));
        }

        /** Reads a file of this kind as the program would. */
        abstract void read(Path directory, byte[] bytes) throws IOException;

        /** Runs one input: only a {@link ModelException} may come of it. */
        void run(byte[] bytes) {
            Path directory = Scratch.DIRECTORY.resolve(name());
            try {
                Files.createDirectories(directory);
                read(directory, bytes);
            } catch (ModelException expected) {
                // the one way to refuse
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Files go where they cost least. */
    private static final class Scratch {
        static final Path DIRECTORY = create();

        private static Path create() {
            try {
                Path memory = Path.of("/dev/shm");
                return Files.isDirectory(memory)
                        ? Files.createTempDirectory(memory, "deberta-fuzz")
                        : Files.createTempDirectory("deberta-fuzz");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static void fuzzerInitialize(String[] arguments) {
        chosen = Kind.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        chosen.run(bytes);
    }

    /** Writes the seeds of every kind into {@code DIRECTORY/KIND}. */
    public static void main(String[] arguments) throws IOException {
        for (Kind kind : Kind.values()) {
            Path folder =
                    Files.createDirectories(Path.of(arguments[0], kind.name().toLowerCase(Locale.ROOT)));
            int number = 0;
            for (byte[] seed : kind.seeds.get()) {
                Files.write(folder.resolve("seed-" + number++), seed);
            }
        }
    }

    private static void readAll(Path directory, String file, byte[] bytes) throws IOException {
        Files.write(directory.resolve(file), bytes);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            for (String name : checkpoint.names()) {
                TensorInfo info = checkpoint.info(name);
                if (info.elements() <= bytes.length) {
                    checkpoint.floats(name, info.shape());
                }
            }
        }
    }

    private static void tokenize(Path directory, String file, byte[] bytes) throws IOException {
        Files.write(directory.resolve(file), bytes);
        Tokenizer tokenizer = Tokenizer.open(directory);
        String text = new String(bytes, 0, Math.min(bytes.length, MAX_TEXT), StandardCharsets.UTF_8);
        tokenizer.encode("Hello wörld  " + text, null, EncodeOptions.DEFAULT).charOffsets();
    }

    private static byte[] stateDict() {
        return PickleWriter.pickle()
                .orderedDict()
                .op('q')
                .raw(0)
                .op('(')
                .text("a")
                .tensor(0, new long[] {2, 2}, new long[] {1, 2})
                .text("b")
                .tensor(1, new long[] {2}, new long[] {1})
                .op('u', '}')
                .text("_metadata")
                .orderedDict()
                .op('s', 'b')
                .stop();
    }

    private static byte[] safetensors() {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        return new PickleWriter()
                .int64(header.length())
                .append(utf8(header))
                .int64(0)
                .bytes();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) {
        try {
            return Files.readAllBytes(Path.of("src/test/resources", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
