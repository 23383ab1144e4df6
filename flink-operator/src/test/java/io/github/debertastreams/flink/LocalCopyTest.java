package io.github.debertastreams.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalCopyTest {

    private static final Path COPIES = Path.of(System.getProperty("java.io.tmpdir"), "deberta-models");

    @BeforeEach
    void createFolder() throws IOException {
        Files.createDirectories(COPIES);
    }

    @Test
    void aCopyThatFailsLeavesNothing() throws IOException {
        String name = "broken-" + System.nanoTime();
        SourceFile good = new SourceFile("config.json", "", InputStream::nullInputStream);
        SourceFile broken = new SourceFile("model.safetensors", "", () -> {
            throw new IOException("broken as asked");
        });

        assertThatThrownBy(() -> LocalCopy.of(name, name, List.of(good, broken)))
                .hasMessage("broken as asked");
        try (Stream<Path> left = Files.list(COPIES)) {
            assertThat(left.map(path -> path.resolve(name))).noneMatch(Files::exists);
        }
    }

    @Test
    void whatWasLeftUnfinishedLongAgoIsDeleted() throws IOException {
        Path stale = unfinished(Duration.ofDays(2));
        Path recent = unfinished(Duration.ofHours(2));
        String name = "fine-" + System.nanoTime();

        Path copy = LocalCopy.of(name, name, List.of(new SourceFile("config.json", "", InputStream::nullInputStream)));

        assertThat(copy.resolve("config.json")).exists();
        assertThat(stale).doesNotExist();
        assertThat(recent.resolve("model/config.json")).exists();
        new FolderTree(recent).delete();
        new FolderTree(Objects.requireNonNull(copy.getParent())).delete();
        assertThat(recent).doesNotExist();
    }

    private static Path unfinished(Duration age) throws IOException {
        Path unfinished = Files.createTempDirectory(COPIES, "unfinished-");
        Path model = Files.createDirectory(unfinished.resolve("model"));
        Path file = Files.createFile(model.resolve("config.json"));
        for (Path path : List.of(file, model, unfinished)) {
            Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
        }
        return unfinished;
    }
}
