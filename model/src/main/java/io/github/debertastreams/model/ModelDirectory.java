package io.github.debertastreams.model;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.weights.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a model directory is called, wherever it came from. */
final class ModelDirectory {

    private static final String SNAPSHOTS = "snapshots";
    private static final String HUB_PREFIX = "models--";
    private static final int REVISION_DIGITS = 12;

    private ModelDirectory() {}

    /** Refuses what is no directory. */
    static void require(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw ModelException.bundle(directory + ": is not a directory; expected a model in Hugging Face's layout");
        }
    }

    /** The directory's name; in a hub's cache, the repository's. */
    static String name(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        Path parent = path.getParent();
        if (parent != null && parent.endsWith(SNAPSHOTS) && parent.getParent() != null) {
            String repository = String.valueOf(parent.getParent().getFileName());
            if (repository.startsWith(HUB_PREFIX)) {
                return repository.substring(HUB_PREFIX.length()).replace("--", "/");
            }
        }
        return String.valueOf(path.getFileName());
    }

    /** The commit in a hub's cache; elsewhere the beginning of a SHA-256 over the files that decide the answers. */
    static String revision(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        Path parent = path.getParent();
        if (parent != null && parent.endsWith(SNAPSHOTS)) {
            return String.valueOf(path.getFileName());
        }
        List<String> names = new ArrayList<>(List.of(
                "config.json",
                "tokenizer.json",
                "vocab.json",
                "merges.txt",
                "spm.model",
                "added_tokens.json",
                "tokenizer_config.json",
                "special_tokens_map.json"));
        names.addAll(Checkpoint.FILES);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (String name : names) {
                if (Files.isRegularFile(directory.resolve(name))) {
                    try (InputStream in = Files.newInputStream(directory.resolve(name))) {
                        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                            digest.update(buffer, 0, read);
                        }
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, REVISION_DIGITS);
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, directory + ": cannot be read: " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
