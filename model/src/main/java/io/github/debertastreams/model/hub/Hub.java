package io.github.debertastreams.model.hub;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Hugging Face hub with its local cache: turns a model's name into a directory. Settings come from Hugging Face's own
 * environment variables, and the cache has its layout, so that Python's tools and this program share what either fetched.
 *
 * <p>Of a repository only what is read here is fetched: {@code config.json}, the tokenizer's files, and the weights in the best
 * format there is; never a pickle where there are safetensors. Threads and processes may share a cache.
 */
public final class Hub {

    /** The revision that a name without one means. */
    public static final String MAIN = "main";

    private static final String CONFIG = "config.json";
    /** What a model has beside its weights, always in this order: configuration and tokenizer. */
    public static final List<String> SMALL_FILES = List.of(
            CONFIG,
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "spm.model");

    /** The largest tokenizers have some ten megabytes. */
    private static final long MAX_SMALL_BYTES = 256 << 20;

    private final HubSettings settings;
    private final HubCache cache;

    Hub(HubSettings settings, HubCache.Linker linker) {
        this.settings = settings;
        this.cache = new HubCache(settings.cache(), linker);
    }

    /** The hub and cache that the environment variables name. */
    public static Hub fromEnvironment() {
        return of(HubSettings.fromEnvironment());
    }

    public static Hub of(HubSettings settings) {
        return new Hub(settings, (link, target) -> Files.createSymbolicLink(link, target));
    }

    /**
     * The directory of a model: the path itself where it is a directory; otherwise, for {@code ORG/NAME}, its newest snapshot in
     * the cache, fetched first if it is not there.
     *
     * @throws ModelException of kind {@code BUNDLE} when it is neither a directory nor a model that can be had
     */
    public Path resolve(Path model, DownloadListener listener) {
        if (Files.isDirectory(model)) {
            return model;
        }
        Repository repository = Repository.of(model)
                .filter(name -> !Files.exists(model))
                .orElseThrow(() -> ModelException.bundle(model
                        + ": is not a directory; expected a model in Hugging Face's layout, or ORG/NAME on a hub"));
        Optional<Path> cached = cache.complete(repository, MAIN);
        if (cached.isPresent()) {
            return cached.get();
        }
        try {
            return download(repository, MAIN, listener);
        } catch (ModelException e) {
            return cache.tensors(repository, MAIN) // enough for those who have no texts
                    .orElseThrow(() -> new ModelException(
                            e.kind(), model + ": is not a directory, and as a model of the hub: " + e.getMessage(), e));
        }
    }

    /** The {@code ORG/NAME} of which a directory is a snapshot in a hub's cache, whose last name is the commit then; empty for any other. */
    public static Optional<String> repositoryOf(Path directory) {
        return HubCache.repositoryOf(directory);
    }

    /**
     * Fetches a revision, or what the cache lacks of it.
     *
     * @param revision a branch, a tag or a commit
     * @return the snapshot's directory
     * @throws ModelException of kind {@code BUNDLE} when the hub does not have it or cannot be reached
     */
    public Path download(Repository repository, String revision, DownloadListener listener) {
        Optional<Path> cached = cache.complete(repository, revision); // refuses what is no revision
        if (settings.offline()) {
            return cached.or(() -> cache.tensors(repository, revision))
                    .orElseThrow(() -> ModelException.bundle(repository + " at " + revision + ": is not in the cache "
                            + cache.root() + ", and HF_HUB_OFFLINE forbids to fetch it"));
        }
        HubClient client = new HubClient(settings);
        Listing listing = client.list(repository, revision);
        Transfer transfer = new Transfer(client, repository, listing, listener);
        transfer.fetch(smallFiles(repository, listing));
        transfer.fetch(shards(repository, listing));
        cache.setCommit(repository, revision, listing.commit());
        return cache.snapshot(repository, listing.commit());
    }

    /** One download: counts its bytes over all files. */
    private final class Transfer {
        private final HubClient client;
        private final Repository repository;
        private final Listing listing;
        private final DownloadListener listener;
        private long done;
        private long total;

        Transfer(HubClient client, Repository repository, Listing listing, DownloadListener listener) {
            this.client = client;
            this.repository = repository;
            this.listing = listing;
            this.listener = listener;
        }

        void fetch(List<HubFile> files) {
            long missing = 0;
            for (HubFile file : files) {
                total += file.size();
                missing += there(cache.blob(repository, file), file) ? 0 : file.size();
            }
            cache.requireRoom(missing);
            for (HubFile file : files) {
                cache.locked(repository, file, () -> {
                    fetch(file);
                    cache.link(repository, listing.commit(), file);
                });
                done += file.size();
                listener.at(file.name(), done, total);
            }
        }

        private void fetch(HubFile file) throws IOException {
            Path blob = cache.blob(repository, file);
            if (!there(blob, file)) {
                Path partial = cache.partial(repository, file);
                client.fetch(
                        repository,
                        listing.commit(),
                        file,
                        partial,
                        bytes -> listener.at(file.name(), done + bytes, total));
                Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }

        private static boolean there(Path blob, HubFile file) {
            try {
                return Files.isRegularFile(blob) && Files.size(blob) == file.size();
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** All but shards: configuration, tokenizer, and the file or index of the weights. */
    private static List<HubFile> smallFiles(Repository repository, Listing listing) {
        List<HubFile> files = new ArrayList<>();
        for (HubFile file : listing.files().values()) {
            if (SMALL_FILES.contains(file.name())) {
                if (file.size() > MAX_SMALL_BYTES) {
                    throw ModelException.bundle(repository + "/" + file.name() + ": is said to have " + file.size()
                            + " bytes, expected at most " + MAX_SMALL_BYTES);
                }
                files.add(file);
            }
        }
        if (!listing.files().containsKey(CONFIG)) {
            throw ModelException.bundle(repository + ": has no " + CONFIG + " at " + listing.commit());
        }
        files.add(weights(repository, listing));
        return files;
    }

    private static HubFile weights(Repository repository, Listing listing) {
        for (String name : Checkpoint.FILES) {
            HubFile file = listing.files().get(name);
            if (file != null) {
                return file;
            }
        }
        throw ModelException.bundle(
                repository + ": has no weights at " + listing.commit() + ", looked for " + Checkpoint.FILES);
    }

    /** The shards that the index, fetched before, names. */
    private List<HubFile> shards(Repository repository, Listing listing) {
        List<HubFile> shards = new ArrayList<>();
        HubFile weights = weights(repository, listing);
        Path snapshot = cache.snapshot(repository, listing.commit());
        for (String name : Checkpoint.shards(snapshot.resolve(weights.name()))) {
            HubFile shard = listing.files().get(name);
            if (shard == null) {
                throw ModelException.bundle(
                        repository + "/" + weights.name() + ": names " + name + ", which the repository does not have");
            }
            shards.add(shard);
        }
        return shards;
    }
}
