package io.github.debertastreams.model;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.hub.DownloadListener;
import io.github.debertastreams.model.hub.Hub;
import io.github.debertastreams.model.weights.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a model directory is called, wherever it came from. */
final class ModelDirectory {

    private static final int REVISION_DIGITS = 12;
    private static final int BLOCK_BYTES = 1 << 13;
    /** Two megabytes of each weight file. */
    private static final int SAMPLED_BLOCKS = 256;

    private static final Logger log = LoggerFactory.getLogger(ModelDirectory.class);

    private ModelDirectory() {}

    /**
     * The directory that a model option means: itself, or a snapshot of {@code ORG/NAME} in the hub's cache, fetched first if it
     * is not there.
     */
    static Path resolve(Path model) {
        return Hub.fromEnvironment().resolve(model, new DownloadLog(model));
    }

    /** Says once what is fetched, where no terminal shows it. */
    private static final class DownloadLog implements DownloadListener {
        private final Path model;
        private String current = "";

        DownloadLog(Path model) {
            this.model = model;
        }

        @Override
        public void at(String file, long done, long total) {
            if (!file.equals(current)) {
                current = file;
                log.info("{}: fetching {}, {} of {} bytes so far", model, file, done, total);
            }
        }
    }

    /** The directory's name; in a hub's cache, the repository's. */
    static String name(Path directory) {
        return Hub.repositoryOf(directory).orElseGet(() -> lastName(directory));
    }

    private static String lastName(Path directory) {
        return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    }

    /**
     * The commit in a hub's cache. Elsewhere the beginning of a SHA-256 over configuration and tokenizer, and of each weight file
     * its name, its length and blocks evenly spread over it: a training step changes every one of them, and large files are not
     * read twice at start.
     */
    static String revision(Path directory) {
        if (Hub.repositoryOf(directory).isPresent()) {
            return lastName(directory);
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : Hub.SMALL_FILES) {
                Path file = directory.resolve(name);
                if (Files.isRegularFile(file)) {
                    update(digest, file, Long.MAX_VALUE);
                }
            }
            for (Path file : Checkpoint.files(directory)) {
                update(digest, file, SAMPLED_BLOCKS);
            }
            Path graph = readyGraph(directory).orElse(null);
            if (graph != null) {
                update(digest, graph, SAMPLED_BLOCKS);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, REVISION_DIGITS);
        } catch (IOException e) {
            String reason = e instanceof NoSuchFileException ? "there is no file " + e.getMessage() : e.toString();
            throw new ModelException(ModelException.Kind.BUNDLE, directory + ": cannot be read: " + reason, e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /**
     * Refuses a directory that changed while it was read: its parts may be of two models.
     *
     * @param before its revision before the first file was read
     */
    static void requireRevision(Path directory, String before) {
        String now = revision(directory);
        if (!now.equals(before)) {
            throw ModelException.bundle(directory + ": changed while it was opened, from revision " + before + " to "
                    + now + ": open it again when all its files are there");
        }
    }

    /** Digests a file's name, its length, and at most so many of its blocks, the first and the last among them. */
    private static void update(MessageDigest digest, Path file, long mostBlocks) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            digest.update((file.getFileName() + " " + size + "\n").getBytes(StandardCharsets.UTF_8));
            long blocks = (size + BLOCK_BYTES - 1) / BLOCK_BYTES;
            long read = Math.min(blocks, mostBlocks);
            ByteBuffer buffer = ByteBuffer.allocate(BLOCK_BYTES);
            for (long i = 0; i < read; i++) {
                long block = read == blocks ? i : i * (blocks - 1) / (read - 1);
                buffer.clear();
                while (buffer.hasRemaining() && channel.read(buffer, block * BLOCK_BYTES + buffer.position()) >= 0) {
                    // until the block is full or the file ends
                }
                digest.update(buffer.flip());
            }
        }
    }

    /** The ONNX file of a directory that has no weights: {@code model.onnx}, or where Hugging Face's exporter puts it on a hub. */
    static Optional<Path> readyGraph(Path directory) {
        if (!Checkpoint.files(directory).isEmpty()) {
            return Optional.empty();
        }
        return Stream.of("model.onnx", "onnx/model.onnx")
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
