package io.github.debertastreams.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching against a server on this machine that plays the hub. */
class HubTest {

    private static final Repository MODEL = Repository.parse("acme/tiny-model");
    private static final DownloadListener SILENT = (file, done, total) -> {};
    private static final String CONFIG = "{\"model_type\": \"deberta\"}";
    private static final String TOKENIZER = "{\"model\": {}}";
    private static final List<String> TOKENIZERS = List.of("tokenizer.json", "spm.model", "vocab.json", "merges.txt");

    @TempDir
    private Path directory = Path.of("");

    private final FakeHub hub = new FakeHub();

    @AfterEach
    void stopTheServer() {
        hub.close();
    }

    @Test
    void fetchesWhatIsNeededIntoTheCachesLayout() throws IOException {
        byte[] weights = bytes(50_000);
        hub.with("config.json", CONFIG)
                .with("tokenizer.json", bytes(2_000))
                .with("README.md", "# no")
                .with("training_args.bin", bytes(2_000))
                .with("pytorch_model.bin", bytes(3_000))
                .with("tf_model.h5", bytes(3_000))
                .with("model.safetensors", weights);
        Path snapshot = hub().download(MODEL, "main", SILENT);

        Path folder = directory.resolve("models--acme--tiny-model");
        assertThat(snapshot).isEqualTo(folder.resolve("snapshots").resolve(FakeHub.COMMIT));
        assertThat(names(snapshot)).containsExactly("config.json", "model.safetensors", "tokenizer.json");
        assertThat(folder.resolve("refs/main")).hasContent(FakeHub.COMMIT);
        assertThat(names(folder.resolve("blobs")))
                .contains(FakeHub.sha256(weights), FakeHub.gitBlob(CONFIG.getBytes(StandardCharsets.UTF_8)))
                .hasSize(3);
        assertThat(Files.readSymbolicLink(snapshot.resolve("model.safetensors")))
                .isEqualTo(Path.of("../../blobs/" + FakeHub.sha256(weights)));
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(hub.requested("pytorch_model.bin")).isEmpty();
        assertThat(hub.requested("README.md")).isEmpty();
    }

    @Test
    void aSecondDownloadFetchesNothingAndAResolveAsksNobody() {
        soundModel();
        Path first = hub().download(MODEL, "main", SILENT);
        hub.seen.clear();
        assertThat(hub().download(MODEL, "main", SILENT)).isEqualTo(first);
        assertThat(hub.requested("/resolve/")).isEmpty();
        hub.seen.clear();
        assertThat(hub().resolve(Path.of("acme/tiny-model"), SILENT)).isEqualTo(first);
        assertThat(hub.seen).isEmpty();
    }

    @Test
    void fetchesOnlyWhatANewCommitChanges() {
        soundModel();
        hub().download(MODEL, "main", SILENT);
        hub.seen.clear();
        hub.commit = "f".repeat(40);
        hub.with("config.json", "{\"model_type\": \"deberta\", \"new\": 1}");
        Path second = hub().download(MODEL, "main", SILENT);
        assertThat(second).hasFileName("f".repeat(40));
        assertThat(second.resolve("model.safetensors")).exists();
        assertThat(hub.requested("/resolve/")).hasSize(1).allMatch(path -> path.endsWith("config.json"));
    }

    @Test
    void aResolveFetchesWhatIsNotThereAndADirectoryWins() throws IOException {
        soundModel();
        Path snapshot = hub().resolve(Path.of("acme/tiny-model"), SILENT);
        assertThat(snapshot.resolve("config.json")).hasContent(CONFIG);
        Path local = Files.createDirectories(directory.resolve("local"));
        assertThat(hub().resolve(local, SILENT)).isEqualTo(local);
    }

    @Test
    void aSnapshotWithoutATokenizerIsNotComplete() throws IOException {
        soundModel();
        TOKENIZERS.forEach(name -> hub.with(name, TOKENIZER + name));
        Path snapshot = hub().download(MODEL, "main", SILENT);
        for (List<String> complete :
                List.of(List.of("tokenizer.json"), List.of("spm.model"), List.of("vocab.json", "merges.txt"))) {
            keepTokenizer(snapshot, complete);
            hub.seen.clear();
            assertThat(hub().resolve(Path.of("acme/tiny-model"), SILENT)).isEqualTo(snapshot);
            assertThat(hub.seen).as("%s", complete).isEmpty();
        }
        for (List<String> incomplete : List.of(List.<String>of(), List.of("vocab.json"), List.of("merges.txt"))) {
            keepTokenizer(snapshot, incomplete);
            assertThat(hub().resolve(Path.of("acme/tiny-model"), SILENT)).isEqualTo(snapshot);
            assertThat(names(snapshot)).as("%s", incomplete).containsAll(TOKENIZERS);
        }
    }

    /** Completes a snapshot and deletes its tokenizer but for these files. */
    private void keepTokenizer(Path snapshot, List<String> kept) throws IOException {
        hub().download(MODEL, "main", SILENT);
        for (String name : TOKENIZERS) {
            if (!kept.contains(name)) {
                Files.delete(snapshot.resolve(name));
            }
        }
    }

    @Test
    void aRevisionIsKeptUnderItsOwnName() {
        soundModel();
        hub().download(MODEL, "refs/pr/7", SILENT);
        assertThat(directory.resolve("models--acme--tiny-model/refs/refs/pr/7")).hasContent(FakeHub.COMMIT);
        assertThat(hub.requested("/revision/")).containsExactly("/api/models/acme/tiny-model/revision/refs%2Fpr%2F7");
        hub().download(MODEL, FakeHub.COMMIT, SILENT);
        assertThat(directory.resolve("models--acme--tiny-model/refs/" + FakeHub.COMMIT))
                .doesNotExist();
    }

    @Test
    void fetchesEveryShardThatTheIndexNames() throws IOException {
        byte[] one = tensorFile("a");
        byte[] two = tensorFile("b");
        hub.with("config.json", CONFIG)
                .with(
                        "model.safetensors.index.json",
                        "{\"weight_map\":{\"a\":\"m-1.safetensors\",\"b\":\"m-2.safetensors\"}}")
                .with("m-1.safetensors", one)
                .with("m-2.safetensors", two)
                .with("m-3.safetensors", bytes(5_000));
        Path snapshot = hub().download(MODEL, "main", SILENT);
        assertThat(names(snapshot))
                .containsExactly("config.json", "m-1.safetensors", "m-2.safetensors", "model.safetensors.index.json");
        Files.delete(snapshot.resolve("m-2.safetensors"));
        hub.seen.clear();
        hub().resolve(Path.of("acme/tiny-model"), SILENT);
        assertThat(snapshot.resolve("m-2.safetensors")).exists();
        assertThat(hub.requested("/resolve/")).isEmpty();
    }

    @Test
    void goesOnWhereTheConnectionWasCut() {
        soundModel();
        hub.cutting(10_000, 0, 15_000);
        Path snapshot = hub().download(MODEL, "main", SILENT);
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(bytes(50_000));
        assertThat(hub.seen.stream().filter(FakeHub.Seen::store).map(FakeHub.Seen::range))
                .containsExactly("null", "bytes=10000-", "bytes=10000-", "bytes=25000-");
    }

    @Test
    void goesOnWhereAnEarlierRunStopped() throws IOException {
        soundModel();
        Path partial = partial();
        Files.write(partial, Arrays.copyOf(bytes(50_000), 20_000));
        Path snapshot = hub().download(MODEL, "main", SILENT);
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(bytes(50_000));
        assertThat(hub.seen)
                .filteredOn(FakeHub.Seen::store)
                .extracting(FakeHub.Seen::range)
                .containsExactly("bytes=20000-");
        assertThat(partial).doesNotExist();
    }

    @Test
    void beginsAgainWhereTheServerHasNoRangesOrTheRestIsOfAnotherFile() throws IOException {
        soundModel();
        hub.ranges = false;
        Files.write(partial(), Arrays.copyOf(bytes(50_000), 20_000));
        assertThat(hub().download(MODEL, "main", SILENT).resolve("model.safetensors"))
                .hasBinaryContent(bytes(50_000));
        hub.ranges = true;
        Files.delete(blob());
        Files.write(partial(), new byte[20_000]);
        assertThat(hub().download(MODEL, "main", SILENT).resolve("model.safetensors"))
                .hasBinaryContent(bytes(50_000));
        Files.delete(blob());
        Files.write(partial(), new byte[60_000]);
        assertThat(hub().download(MODEL, "main", SILENT).resolve("model.safetensors"))
                .hasBinaryContent(bytes(50_000));
    }

    @Test
    void givesUpWhereNothingMoreComes() {
        soundModel();
        hub.cutting(100, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("acme/tiny-model/model.safetensors: cannot be fetched from");
        assertThat(partial()).hasSize(100);
        assertThat(hub().resolve(Path.of("acme/tiny-model"), SILENT)).isDirectory();
    }

    @Test
    void refusesContentThatIsNotWhatTheListPromises() throws IOException {
        hub.with("config.json", CONFIG)
                .with("model.safetensors", bytes(5_000))
                .listing("model.safetensors", FakeHub.entry("model.safetensors", new byte[5_000]));
        hub.etag = FakeHub.sha256(new byte[5_000]);
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has the checksum " + FakeHub.sha256(bytes(5_000)))
                .hasMessageContaining("the hub says " + FakeHub.sha256(new byte[5_000]));
        assertThat(names(directory.resolve("models--acme--tiny-model/blobs"))).hasSize(1);
        hub.etag = FakeHub.sha256(bytes(6_000));
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("answers for content");
    }

    @Test
    void refusesASmallFileOfAnotherContent() {
        hub.with("config.json", CONFIG)
                .with("model.safetensors", bytes(5_000))
                .listing("config.json", FakeHub.entry("config.json", new byte[CONFIG.length()]));
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("config.json: has the");
    }

    @Test
    void refusesAnEndlessAnswer() {
        soundModel();
        hub.endless = true;
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("goes on after the");
    }

    @Test
    void refusesMoreThanTheDiskHolds() {
        hub.with("config.json", CONFIG)
                .with("model.safetensors", bytes(5_000))
                .listing(
                        "model.safetensors",
                        FakeHub.entry("model.safetensors", bytes(5_000)).replace("5000", "4611686018427387904"));
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("the disk has room for");
        assertThat(hub.requested("/resolve/")).isEmpty();
    }

    @Test
    void theTokenGoesToTheHubAndToNoOtherHost() {
        soundModel();
        hub.token = "hf_secret";
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT))
                .hasMessageContaining("refused with status 401")
                .hasMessageContaining("set HF_TOKEN");
        hub.seen.clear();
        hub("hf_secret").download(MODEL, "main", SILENT);
        assertThat(hub.seen)
                .filteredOn(seen -> !seen.store())
                .allMatch(seen -> seen.authorization().contains("hf_secret"));
        assertThat(hub.seen)
                .filteredOn(FakeHub.Seen::store)
                .isNotEmpty()
                .allMatch(seen -> seen.authorization().equals("null"));
        assertThatThrownBy(() -> hub("hf_wrong").download(MODEL, "main", SILENT))
                .hasMessageContaining("the token given may not read it")
                .hasMessageNotContaining("hf_wrong");
    }

    @Test
    void followsARepositoryThatWasRenamed() {
        soundModel();
        hub.renamed = "acme/new-name";
        assertThat(hub().download(MODEL, "main", SILENT).resolve("config.json")).hasContent(CONFIG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http:", "::", "jar:file:///x!/y"})
    void followsNoRedirectAwayFromTheWeb(String location) {
        soundModel();
        hub.location = location;
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("redirected");
    }

    @Test
    void followsNoRedirectsInACircle() {
        soundModel();
        hub.location = "/acme/tiny-model/resolve/" + FakeHub.COMMIT + "/model.safetensors";
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("more than 5 redirects");
    }

    @Test
    void triesAgainWhereTheServerIsBusy() {
        soundModel();
        hub.failing("/revision/main", 503, 429)
                .failing("/config.json", 500)
                .failing("/model.safetensors", 502, 429, 408);
        assertThat(hub().download(MODEL, "main", SILENT).resolve("model.safetensors"))
                .exists();
    }

    @Test
    void givesUpWhereTheServerStaysBusy() {
        soundModel();
        hub.failing("/revision/main", 503, 503, 503, 503, 503, 503, 503);
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT))
                .hasMessageContaining("cannot be fetched from")
                .hasMessageContaining("status 503");
        assertThat(hub.seen).hasSize(5);
    }

    @Test
    void saysWhatIsNotThere() {
        hub.failing("/revision/absent", 404);
        assertThatThrownBy(() -> hub().download(MODEL, "absent", SILENT))
                .hasMessageContaining("acme/tiny-model at absent: not found at http://127.0.0.1");
        hub.with("config.json", CONFIG);
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("has no weights at 0123");
        assertThatThrownBy(() -> hub().resolve(Path.of("acme/tiny-model"), SILENT))
                .hasMessageContaining("acme/tiny-model: is not a directory, and as a model of the hub: ");
    }

    @Test
    void anUnreachableHubIsSaidAtOnce() {
        hub.close();
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot be fetched from http://127.0.0.1");
    }

    @Test
    void hostileNamesInTheListLeadNowhere() throws IOException {
        soundModel();
        for (String name : List.of("../evil.json", "/etc/evil.json", "a/../../evil.json", "config.json\\u0000")) {
            hub.listing(name, FakeHub.entry(name, CONFIG.getBytes(StandardCharsets.UTF_8)));
        }
        Path snapshot = hub().download(MODEL, "main", SILENT);
        assertThat(names(snapshot)).containsExactly("config.json", "model.safetensors", "tokenizer.json");
        assertThat(hub.requested("evil")).isEmpty();
    }

    @Test
    void hostileNamesInTheIndexAreRefused() {
        hub.with("config.json", CONFIG)
                .with("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../../../evil.safetensors\"}}");
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("expected a plain file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../evil", "", "0123", "0123456789ABCDEF0123456789abcdef01234567", "main"})
    void refusesACommitThatIsNone(String commit) {
        soundModel();
        hub.commit = commit;
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("its commit is '");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"oid\":\"../../evil\",\"size\":3",
                "\"oid\":\"0123456789abcdef0123456789abcdef01234567\",\"size\":-3",
                "\"oid\":\"0123456789abcdef0123456789abcdef01234567\"",
                "\"size\":3",
                "\"oid\":\"0123456789abcdef0123456789abcdef01234567\",\"size\":3,\"lfs\":{\"oid\":\"x/../y\",\"size\":3}"
            })
    void refusesAnEntryThatDoesNotSayWhatAFileIs(String fields) {
        soundModel();
        hub.listing("merges.txt", "{\"type\":\"file\",\"path\":\"merges.txt\"," + fields + "}");
        assertThatThrownBy(() -> hub().download(MODEL, "main", SILENT)).hasMessageContaining("in its list of files");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/../b", "", "/x", "a//b", "-x", "a b", "a\\b"})
    void refusesARevisionThatIsNone(String revision) {
        assertThatThrownBy(() -> hub().download(MODEL, revision, SILENT)).hasMessageContaining("is no revision");
        assertThat(hub.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a/b/c", "../x", "a/..", "a/.b", "a--b/c", "/a", "a/", "a/b c", "~/x"})
    void refusesANameThatIsNoneOnAHub(String name) {
        assertThatThrownBy(() -> Repository.parse(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hub().resolve(Path.of(name), SILENT)).hasMessageContaining("is not a directory");
        assertThat(hub.seen).isEmpty();
    }

    @Test
    void offlineServesTheCacheAndNothingElse() throws IOException {
        soundModel();
        Path snapshot = hub().download(MODEL, "main", SILENT);
        hub.close();
        Hub offline = Hub.of(
                new HubSettings(hub.endpoint(), directory, null, true, Duration.ofSeconds(5), Duration.ofMillis(1)));
        assertThat(offline.resolve(Path.of("acme/tiny-model"), SILENT)).isEqualTo(snapshot);
        assertThat(offline.download(MODEL, FakeHub.COMMIT, SILENT)).isEqualTo(snapshot);
        Files.delete(snapshot.resolve("tokenizer.json"));
        assertThat(offline.resolve(Path.of("acme/tiny-model"), SILENT))
                .as("enough where no text is read")
                .isEqualTo(snapshot);
        assertThatThrownBy(() -> offline.resolve(Path.of("acme/other"), SILENT))
                .hasMessageContaining("acme/other at main: is not in the cache")
                .hasMessageContaining("HF_HUB_OFFLINE");
    }

    @Test
    void copiesWhereTheFileSystemHasNoLinks() {
        soundModel();
        Hub plain = new Hub(settings(null), (link, target) -> {
            throw new IOException("no links here");
        });
        Path snapshot = plain.download(MODEL, "main", SILENT);
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(bytes(50_000));
        assertThat(Files.isSymbolicLink(snapshot.resolve("model.safetensors"))).isFalse();
    }

    @Test
    void downloadsAtTheSameTimeFetchEachFileOnce() throws Exception {
        soundModel();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Path>> downloads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                downloads.add(threads.submit(() -> hub().download(MODEL, "main", SILENT)));
            }
            for (Future<Path> download : downloads) {
                assertThat(download.get().resolve("model.safetensors")).hasBinaryContent(bytes(50_000));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(hub.seen.stream().filter(FakeHub.Seen::store)).hasSize(1);
        assertThat(hub.requested("resolve/" + FakeHub.COMMIT + "/config.json")).hasSize(1);
    }

    @Test
    void tellsHowFarItIs() {
        soundModel();
        List<Long> done = new ArrayList<>();
        Set<Long> totals = new TreeSet<>();
        hub().download(MODEL, "main", (file, bytes, of) -> {
            done.add(bytes);
            totals.add(of);
        });
        long total = 50_000L + CONFIG.length() + TOKENIZER.length();
        assertThat(done).isSorted().last().isEqualTo(total);
        assertThat(totals).containsExactly(total);
    }

    @Test
    void readsHuggingFacesEnvironmentVariables() throws IOException {
        Path home = directory;
        HubSettings defaults = HubSettings.from(Map.of(), home);
        assertThat(defaults.endpoint()).hasToString("https://huggingface.co");
        assertThat(defaults.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(defaults.token()).isNull();
        assertThat(defaults.offline()).isFalse();

        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("token"), "hf_file\n");
        HubSettings set = HubSettings.from(
                Map.of("HF_HOME", other.toString(), "HF_ENDPOINT", "http://mirror:81/hf/", "HF_HUB_OFFLINE", "ON"),
                home);
        assertThat(set.cache()).isEqualTo(other.resolve("hub"));
        assertThat(set.token()).isEqualTo("hf_file");
        assertThat(set.endpoint()).hasToString("http://mirror:81/hf");
        assertThat(set.offline()).isTrue();
        assertThat(set.toString()).doesNotContain("hf_file");
        HubSettings named = HubSettings.from(
                Map.of("HF_HUB_CACHE", "/c", "HF_TOKEN", " hf_env ", "HF_HOME", other.toString()), home);
        assertThat(named.cache()).isEqualTo(Path.of("/c"));
        assertThat(named.token()).isEqualTo("hf_env");
        assertThatThrownBy(() -> HubSettings.from(Map.of("HF_ENDPOINT", "ftp://x"), home))
                .hasMessageContaining("endpoint is 'ftp://x'");
        assertThatThrownBy(() -> HubSettings.from(Map.of("HF_TOKEN", "a\nb"), home))
                .isInstanceOf(ModelException.class)
                .hasMessageNotContaining("a\nb");
    }

    private void soundModel() {
        hub.with("config.json", CONFIG).with("tokenizer.json", TOKENIZER).with("model.safetensors", bytes(50_000));
    }

    private Path partial() {
        return blob().resolveSibling(blob().getFileName() + ".incomplete");
    }

    private Path blob() {
        Path blobs = directory.resolve("models--acme--tiny-model/blobs");
        try {
            Files.createDirectories(blobs);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return blobs.resolve(FakeHub.sha256(bytes(50_000)));
    }

    private Hub hub() {
        return Hub.of(settings(null));
    }

    private Hub hub(String token) {
        return Hub.of(settings(token));
    }

    private HubSettings settings(@org.jspecify.annotations.Nullable String token) {
        return new HubSettings(hub.endpoint(), directory, token, false, Duration.ofSeconds(20), Duration.ofMillis(1));
    }

    private byte[] tensorFile(String tensor) throws IOException {
        Path file = directory.resolve(tensor);
        SafetensorsFile.write(file, Map.of(tensor, new float[500]), Map.of(tensor, new long[] {500}));
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
