package io.github.debertastreams.model.hub;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.weights.Checkpoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Hugging Face's cache of models on disk: {@code models--ORG--NAME} with {@code blobs/CHECKSUM}, {@code snapshots/COMMIT/FILE}
 * linking to a blob, and {@code refs/REVISION} holding a commit.
 *
 * <p>A blob appears under its name when it is complete and checked, a link when its blob is there, and a ref last of all: whoever
 * looks at any moment sees nothing half done.
 */
final class HubCache {

    private static final String SNAPSHOTS = "snapshots";
    private static final Pattern REVISION_PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
    private static final int MAX_REF_BYTES = 128;
    /** The files of which a tokenizer is read; one set is enough. */
    private static final List<Set<String>> TOKENIZERS =
            List.of(Set.of("tokenizer.json"), Set.of("spm.model"), Set.of("vocab.json", "merges.txt"));

    /** A file lock belongs to the process; these are for its threads. */
    private static final Map<Path, Object> MONITORS = new ConcurrentHashMap<>();

    private final Path root;
    private final Linker linker;

    /** Makes a symbolic link, or fails where the file system has none or they are not allowed. */
    interface Linker {
        void link(Path link, Path target) throws IOException;
    }

    /** Work on one blob. */
    interface Work {
        void run() throws IOException;
    }

    HubCache(Path root, Linker linker) {
        this.root = root;
        this.linker = linker;
    }

    Path root() {
        return root;
    }

    /** The commit that the cache has for a revision; a commit stands for itself. */
    Optional<String> commit(Repository repository, String revision) {
        if (HubFile.isCommit(revision)) {
            return Optional.of(revision);
        }
        Path ref = ref(repository, revision);
        try {
            if (!Files.isRegularFile(ref) || Files.size(ref) > MAX_REF_BYTES) {
                return Optional.empty();
            }
            return Optional.of(Files.readString(ref).strip()).filter(HubFile::isCommit);
        } catch (IOException e) {
            throw failed(ref, e);
        }
    }

    /** The snapshot of a revision, if it has all that a model of texts needs. */
    Optional<Path> complete(Repository repository, String revision) {
        return tensors(repository, revision)
                .filter(snapshot -> TOKENIZERS.stream().anyMatch(files -> has(snapshot, files)));
    }

    /** The snapshot of a revision, if it has a configuration and weights, with a tokenizer or without. */
    Optional<Path> tensors(Repository repository, String revision) {
        return commit(repository, revision)
                .map(commit -> snapshot(repository, commit))
                .filter(snapshot -> Files.isRegularFile(snapshot.resolve("config.json"))
                        && !Checkpoint.files(snapshot).isEmpty()
                        && Checkpoint.files(snapshot).stream().allMatch(Files::isRegularFile));
    }

    private static boolean has(Path snapshot, Set<String> files) {
        return files.stream().map(snapshot::resolve).allMatch(Files::isRegularFile);
    }

    /** The repository of which a directory is a snapshot in somebody's cache: {@code models--ORG--NAME/snapshots/COMMIT}. */
    static Optional<String> repositoryOf(Path directory) {
        Path snapshot = directory.toAbsolutePath().normalize();
        Path parent = snapshot.getParent();
        if (parent == null || !parent.endsWith(SNAPSHOTS) || parent.getParent() == null) {
            return Optional.empty();
        }
        return Optional.of(String.valueOf(parent.getParent().getFileName()))
                .filter(folder -> folder.startsWith(Repository.FOLDER_PREFIX))
                .filter(folder -> HubFile.isCommit(String.valueOf(snapshot.getFileName())))
                .map(folder ->
                        folder.substring(Repository.FOLDER_PREFIX.length()).replace(Repository.FOLDER_SEPARATOR, "/"));
    }

    Path snapshot(Repository repository, String commit) {
        return folder(repository).resolve(SNAPSHOTS).resolve(commit);
    }

    Path blob(Repository repository, HubFile file) {
        return folder(repository).resolve("blobs").resolve(file.checksum());
    }

    Path partial(Repository repository, HubFile file) {
        return folder(repository).resolve("blobs").resolve(file.checksum() + ".incomplete");
    }

    /** Runs work on a blob while no other thread or process does. */
    void locked(Repository repository, HubFile file, Work work) {
        Path lock = root.resolve(".locks").resolve(repository.folder()).resolve(file.checksum() + ".lock");
        synchronized (MONITORS.computeIfAbsent(lock.toAbsolutePath(), path -> new Object())) {
            try {
                Files.createDirectories(lock.getParent());
                Files.createDirectories(blob(repository, file).getParent());
                try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock held = channel.lock()) {
                    if (held.isValid()) {
                        work.run();
                    }
                }
            } catch (IOException e) {
                throw failed(lock, e);
            }
        }
    }

    /** Puts a file of a snapshot in place: a relative link to its blob, or a copy where links fail. Called under its lock. */
    void link(Repository repository, String commit, HubFile file) throws IOException {
        Path snapshot = snapshot(repository, commit);
        Path link = snapshot.resolve(file.name());
        Path blob = blob(repository, file);
        Files.createDirectories(snapshot);
        if (Files.exists(link) && Files.size(link) == file.size()) {
            return;
        }
        Files.deleteIfExists(link);
        try {
            linker.link(link, snapshot.relativize(blob));
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Path copy = link.resolveSibling(file.name() + ".incomplete");
                Files.copy(blob, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.move(copy, link, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** Notes which commit a revision is at. */
    void setCommit(Repository repository, String revision, String commit) {
        if (revision.equals(commit)) {
            return;
        }
        Path ref = ref(repository, revision);
        try {
            Files.createDirectories(ref.getParent());
            Path written = Files.createTempFile(ref.getParent(), ".ref", ".tmp");
            Files.writeString(written, commit);
            Files.move(written, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(ref, e);
        }
    }

    /** Refuses a download that the disk has no room for. */
    void requireRoom(long bytes) {
        try {
            Files.createDirectories(root);
            long room = Files.getFileStore(root).getUsableSpace();
            if (bytes > room) {
                throw ModelException.bundle(
                        root + ": " + bytes + " bytes are to be fetched, the disk has room for " + room);
            }
        } catch (IOException e) {
            throw failed(root, e);
        }
    }

    private Path folder(Repository repository) {
        return root.resolve(repository.folder());
    }

    private Path ref(Repository repository, String revision) {
        Path ref = folder(repository).resolve("refs");
        for (String part : revision.split("/", -1)) {
            if (!REVISION_PART.matcher(part).matches() || part.contains("..")) {
                throw ModelException.bundle("'" + revision + "' is no revision, expected a branch, a tag or a commit");
            }
            ref = ref.resolve(part);
        }
        return ref;
    }

    private static ModelException failed(Path path, IOException e) {
        String reason = e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
        return new ModelException(ModelException.Kind.BUNDLE, path + ": the cache cannot be used: " + reason, e);
    }
}
