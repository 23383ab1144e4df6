package io.github.debertastreams.model.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, with Hugging Face's environment variables, against a server that plays the hub. */
class DownloadCommandTest {

    private static final Path INTENTS = Path.of("../demo/intents");
    private static final String COMMIT = "89abcdef0123456789abcdef0123456789abcdef";

    @TempDir
    private Path directory = Path.of("");

    private HttpServer hub = start();

    private record Run(int status, String out, String err) {}

    private HttpServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", DownloadCommandTest::answer);
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void startTheServer() {
        hub.start();
    }

    @AfterEach
    void stopTheServer() {
        hub.stop(0);
    }

    @Test
    void aDownloadedModelAnswersByItsNameWithoutTheHub() throws Exception {
        Run download = run("download", "acme/intents");
        assertThat(download.status()).as(download.err()).isZero();
        Path snapshot = Path.of(download.out().strip());
        assertThat(snapshot).isEqualTo(directory.resolve("hub/models--acme--intents/snapshots/" + COMMIT));
        assertThat(snapshot.resolve("model.safetensors")).hasSameBinaryContentAs(INTENTS.resolve("model.safetensors"));
        hub.stop(0);
        Run byName = run("predict", "--model", "acme/intents", "Where is my card?");
        Run byDirectory = run("predict", "--model", INTENTS.toString(), "Where is my card?");
        assertThat(byName.status()).as(byName.err()).isZero();
        assertThat(byName.out()).isNotEmpty().isEqualTo(byDirectory.out());
    }

    @Test
    void aNameIsFetchedWhereverADirectoryIsAccepted() throws Exception {
        Run tokenize = run("tokenize", "--model", "acme/intents", "Where is my card?");
        assertThat(tokenize.status()).as(tokenize.err()).isZero();
        assertThat(tokenize.out()).contains("input_ids");
    }

    @Test
    void whatCannotBeHadIsSaidInOneLine() throws Exception {
        Run absent = run("download", "acme/absent");
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.err()).contains("deberta: acme/absent at main: not found at http://127.0.0.1");
        assertThat(run("download", "intents").err()).contains("'intents' is no name on a hub, expected ORG/NAME");
        Run neither = run("predict", "--model", "acme/absent", "x");
        assertThat(neither.err()).contains("acme/absent: is not a directory, and as a model of the hub");
    }

    private Run run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Deberta.class.getName()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        process.environment().keySet().removeIf(name -> name.startsWith("HF_"));
        process.environment().put("HF_HOME", directory.toString());
        process.environment()
                .put("HF_ENDPOINT", "http://127.0.0.1:" + hub.getAddress().getPort());
        int status = process.start().waitFor();
        return new Run(status, Files.readString(out), Files.readString(err));
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = new byte[0];
            int status = 200;
            if (path.equals("/api/models/acme/intents/revision/main")) {
                body = ("{\"sha\":\"" + COMMIT + "\"}").getBytes(StandardCharsets.UTF_8);
            } else if (path.equals("/api/models/acme/intents/tree/" + COMMIT)) {
                body = tree().getBytes(StandardCharsets.UTF_8);
            } else if (path.startsWith("/acme/intents/resolve/" + COMMIT + "/")) {
                body = Files.readAllBytes(INTENTS.resolve(path.substring(path.lastIndexOf('/') + 1)));
            } else {
                status = 404;
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String tree() throws IOException {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(INTENTS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                byte[] content = Files.readAllBytes(file);
                entries.add(String.format(
                        "{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"%s\",\"lfs\":{\"oid\":\"%s\",\"size\":%d}}",
                        file.getFileName(), content.length, "0".repeat(40), sha256(content), content.length));
            }
        }
        return "[" + String.join(",", entries) + "]";
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
