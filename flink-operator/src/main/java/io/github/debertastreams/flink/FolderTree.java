package io.github.debertastreams.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder with all that is in it, which another process may be writing or deleting. */
record FolderTree(Path folder) {

    /** Whether nothing of it has been written since; false where that cannot be told. */
    boolean isOlderThan(Instant time) {
        try {
            for (Path path : fromBelow()) {
                if (Files.getLastModifiedTime(path).toInstant().isAfter(time)) {
                    return false;
                }
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Deletes it, as far as can be. */
    void delete() {
        try {
            for (Path path : fromBelow()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // what is left is in nobody's way
        }
    }

    private List<Path> fromBelow() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
