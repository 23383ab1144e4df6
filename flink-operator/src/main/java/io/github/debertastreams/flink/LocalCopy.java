package io.github.debertastreams.flink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A model's files copied to this machine, once for all processes and jobs that want the same: in the folder for temporary files,
 * under a digest of where they are from and their stamps. A folder appears under its name when it is complete. What a process that was
 * killed has left unfinished is deleted when the next model is copied, a day later at the earliest: others may be copying.
 */
final class LocalCopy {

    private static final String FOLDER = "deberta-models";
    private static final String UNFINISHED = "unfinished-";
    private static final Duration STALE = Duration.ofDays(1);
    private static final int DIGITS = 24;

    private LocalCopy() {}

    static synchronized Path of(String origin, String name, List<SourceFile> files) throws IOException {
        Path copies = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), FOLDER));
        Path complete = copies.resolve(digest(origin, files)).resolve(name);
        if (Files.isDirectory(complete)) {
            return complete;
        }
        deleteStale(copies);
        Path unfinished = Files.createTempDirectory(copies, UNFINISHED);
        try {
            copy(files, Files.createDirectory(unfinished.resolve(name)));
            Files.move(unfinished, complete.getParent(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(complete)) { // otherwise another process was faster
                throw e;
            }
        } finally {
            new FolderTree(unfinished).delete(); // is not there any more where it was moved
        }
        return complete;
    }

    private static void copy(List<SourceFile> files, Path model) throws IOException {
        for (SourceFile file : files) {
            try (InputStream in = file.opener().open()) {
                Files.copy(in, model.resolve(file.name()));
            }
        }
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

    private static void deleteStale(Path copies) throws IOException {
        Instant limit = Instant.now().minus(STALE);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(copies, UNFINISHED + "*")) {
            for (Path path : all) {
                FolderTree unfinished = new FolderTree(path);
                if (unfinished.isOlderThan(limit)) {
                    unfinished.delete();
                }
            }
        }
    }
}
