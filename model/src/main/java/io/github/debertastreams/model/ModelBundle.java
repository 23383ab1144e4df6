package io.github.debertastreams.model;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.Tokenizer;
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

/** A checked model directory: its parts fit each other. The checkpoint is the caller's to close. */
record ModelBundle(Path directory, ModelConfig config, Tokenizer tokenizer, Checkpoint checkpoint) {

    private static final String SNAPSHOTS = "snapshots";
    private static final String HUB_PREFIX = "models--";
    private static final int REVISION_DIGITS = 12;

    static ModelBundle open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw ModelException.bundle(directory + ": is not a directory; expected a model in Hugging Face's layout");
        }
        ModelConfig config = ModelConfig.read(directory);
        Tokenizer tokenizer = Tokenizer.open(directory);
        if (tokenizer.vocabularySize() > config.vocabularySize()) {
            throw ModelException.bundle(directory + ": the tokenizer has " + tokenizer.vocabularySize()
                    + " tokens, config.json says vocab_size " + config.vocabularySize());
        }
        return new ModelBundle(directory, config, tokenizer, Checkpoint.open(directory));
    }

    /** The directory's name; in a hub's cache, the repository's. */
    String name() {
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
    String revision() {
        Path path = directory.toAbsolutePath().normalize();
        Path parent = path.getParent();
        if (parent != null && parent.endsWith(SNAPSHOTS)) {
            return String.valueOf(path.getFileName());
        }
        List<String> names = new ArrayList<>(List.of("config.json", "tokenizer.json", "vocab.json", "merges.txt"));
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
