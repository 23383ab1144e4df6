package io.github.debertastreams.flink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model's files copied to this machine, once for all processes and jobs that want the same: in the folder for temporary files,
 * under a digest of where they are from and their stamps. A folder appears under its name when it is complete.
 */
final class LocalCopy {

    private static final String FOLDER = "deberta-models";
    private static final int DIGITS = 24;

    private LocalCopy() {}

    static synchronized Path of(String origin, String name, List<SourceFile> files) throws IOException {
        Path copies = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), FOLDER));
        Path complete = copies.resolve(digest(origin, files)).resolve(name);
        if (Files.isDirectory(complete)) {
            return complete;
        }
        Path unfinished = Files.createTempDirectory(copies, "unfinished-");
        Path model = Files.createDirectory(unfinished.resolve(name));
        for (SourceFile file : files) {
            try (InputStream in = file.opener().open()) {
                Files.copy(in, model.resolve(file.name()));
            }
        }
        try {
            Files.move(unfinished, complete.getParent(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            delete(unfinished);
            if (!Files.isDirectory(complete)) { // otherwise another process was faster
                throw e;
            }
        }
        return complete;
    }

    private static String digest(String origin, List<SourceFile> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(origin.getBytes(StandardCharsets.UTF_8));
            for (SourceFile file : files) {
                digest.update(('\n' + file.name() + '\t' + file.stamp()).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
