package io.github.debertastreams.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.TextEvent;
import io.github.debertastreams.schemas.UndecodableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryClientTest {

    private static final String ORDER =
            "{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}";

    @TempDir
    private Path folder;

    @Test
    void aSchemaIsAskedForOnce() throws Exception {
        try (RegistryStub stub = RegistryStub.start().with("/schemas/ids/7", Map.of("schema", ORDER))) {
            SchemaRegistryClient client = client(stub);
            List<CompletableFuture<Schema>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(CompletableFuture.supplyAsync(() -> client.byId(7).orElseThrow()));
            }
            for (CompletableFuture<Schema> answer : answers) {
                assertThat(answer.get().getFullName()).isEqualTo("shop.Order");
            }
            assertThat(stub.asked).containsExactly("GET /schemas/ids/7");
        }
    }

    @Test
    void thatThereIsNoneIsRememberedForAWhile() throws IOException {
        try (RegistryStub stub = RegistryStub.start()
                .with("/schemas/ids/8", Map.of("schemaType", "PROTOBUF", "schema", "message X {}"))) {
            SchemaRegistryClient client = client(stub);
            assertThat(client.byId(1)).isEmpty();
            assertThat(client.byId(1)).isEmpty();
            assertThat(client.byId(8)).as("not Avro").isEmpty();
            assertThat(stub.asked).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<html>not found</html>", "{}", "{\"error_code\": 404, \"message\": \"HTTP 404 Not Found\"}"
            })
    void a404OfAWrongPathOrAGatewayIsNotTakenForAnUnknownSchema(String body) throws IOException {
        try (RegistryStub stub = RegistryStub.start().with("/schemas/ids/7", Map.of("schema", ORDER))) {
            stub.failureStatus = 404;
            stub.failureBody = body;
            stub.failures.set(1);
            assertThat(client(stub).byId(7))
                    .as("the gateway has found it again")
                    .isPresent();
            stub.failures.set(1_000);
            assertThatThrownBy(() -> client(stub, "retry.ms", "100").byId(7))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the last: status 404, not the registry's: is the URL's path right?");
        }
    }

    @Test
    void theCacheIsBounded() throws IOException {
        try (RegistryStub stub = RegistryStub.start()) {
            for (int id = 0; id < 4; id++) {
                stub.with("/schemas/ids/" + id, Map.of("schema", ORDER));
            }
            SchemaRegistryClient client = client(stub, "cache.size", "2");
            for (int id : new int[] {0, 1, 2, 3, 2, 3, 0}) {
                assertThat(client.byId(id)).isPresent();
            }
            assertThat(stub.asked).as("0 was forgotten, 2 and 3 were not").hasSize(5);
        }
    }

    @Test
    void asksAgainWhileTheRegistryIsDown() throws IOException {
        try (RegistryStub stub = RegistryStub.start().with("/schemas/ids/7", Map.of("schema", ORDER))) {
            stub.failures.set(3);
            assertThat(client(stub).byId(7)).isPresent();
            assertThat(stub.asked).hasSize(4);
        }
    }

    @Test
    void anotherAddressOfTheRegistryIsTried() throws IOException {
        try (RegistryStub stub = RegistryStub.start().with("/schemas/ids/7", Map.of("schema", ORDER))) {
            assertThat(client("http://localhost:1," + stub.url()).byId(7)).isPresent();
        }
    }

    @Test
    void givesUpAfterItsTime() throws IOException {
        try (RegistryStub stub = RegistryStub.start()) {
            stub.failures.set(1_000);
            assertThatThrownBy(() -> client(stub, "retry.ms", "300").byId(7))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the last: status 503");
            assertThat(stub.asked.size()).isBetween(2, 10);
        }
        assertThatThrownBy(() -> client("http://localhost:1", "retry.ms", "0").byId(7))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("ConnectException");
    }

    @Test
    void anAnswerThatStopsInItsMiddleIsAskedForAgain() throws IOException {
        try (RegistryStub stub = RegistryStub.start().with("/schemas/ids/7", Map.of("schema", ORDER))) {
            stub.stalls.set(1);
            assertThat(client(stub, "request.timeout.ms", "1000").byId(7)).isPresent();
            assertThat(stub.asked).hasSize(2);
            stub.stalls.set(1_000);
            assertThatThrownBy(() -> client(stub, "request.timeout.ms", "200", "retry.ms", "0")
                            .byId(7))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the last: no complete answer in PT0.2S");
        }
    }

    @Test
    void threadsThatAskTheSameGiveUpTogether() throws Exception {
        try (RegistryStub stub = RegistryStub.start()) {
            stub.failures.set(1_000);
            SchemaRegistryClient client = client(stub, "retry.ms", "1000");
            ConfluentCodec<TextEvent> codec = codec(client, SubjectStrategy.TOPIC, false);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> answers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    answers.add(threads.submit(() -> client.byId(7)));
                    answers.add(threads.submit(() -> codec.schemaId("texts")));
                }
                long start = System.nanoTime();
                for (Future<?> answer : answers) {
                    assertThatThrownBy(answer::get).hasCauseInstanceOf(RegistryException.class);
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void aRefusalIsNotAskedAgainAndNotTakenForAnUnknownSchema() throws IOException {
        try (RegistryStub stub = RegistryStub.start()) {
            stub.failures.set(1);
            stub.failureStatus = 401;
            assertThatThrownBy(() -> client(stub).byId(7))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("status 401: failing as asked");
            assertThat(stub.asked).hasSize(1);
        }
    }

    @Test
    void saysWhoAsks() throws IOException {
        try (RegistryStub stub = RegistryStub.start()) {
            client(stub).byId(1);
            client(stub, "basic.auth", "user:pass:word").byId(1);
            client(stub, "bearer.token", "t0ken").byId(1);
            assertThat(stub.authorizations)
                    .containsExactly(
                            null,
                            "Basic " + Base64.getEncoder().encodeToString("user:pass:word".getBytes()),
                            "Bearer t0ken");
        }
    }

    @Test
    void schemasOfOtherSubjectsAreParsedFirst() throws IOException {
        String cart = "{\"type\":\"record\",\"name\":\"Cart\",\"namespace\":\"shop\",\"fields\":"
                + "[{\"name\":\"order\",\"type\":\"shop.Order\"}]}";
        try (RegistryStub stub = RegistryStub.start()
                .with("/subjects/order%20s/versions/3", Map.of("schema", ORDER))
                .with(
                        "/schemas/ids/9",
                        Map.of(
                                "schema",
                                cart,
                                "references",
                                List.of(Map.of("name", "shop.Order", "subject", "order s", "version", 3))))) {
            assertThat(client(stub)
                            .byId(9)
                            .orElseThrow()
                            .getField("order")
                            .schema()
                            .getFullName())
                    .isEqualTo("shop.Order");
        }
    }

    @Test
    void answersThatNobodyUnderstandsAreTheRegistrysFault() throws IOException {
        try (RegistryStub stub = RegistryStub.start()
                .with("/schemas/ids/1", "no json")
                .with("/schemas/ids/2", Map.of("schema", "{\"type\":\"nothing\"}"))
                .with("/schemas/ids/3", Map.of("schema", "x".repeat(9 << 20)))) {
            for (int id = 1; id <= 3; id++) {
                int asked = id;
                assertThatThrownBy(() -> client(stub).byId(asked)).isInstanceOf(RegistryException.class);
            }
        }
    }

    @Test
    void aSchemaIsRegisteredOnlyWhereThatIsAllowed() throws IOException {
        TextEvent event = TextEvent.newBuilder().setId("1").setText("hello").build();
        try (RegistryStub stub = RegistryStub.start()) {
            SchemaRegistryClient client = client(stub);
            assertThatThrownBy(() -> codec(client, SubjectStrategy.TOPIC, false).encode("texts", event))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("subject texts-value does not have the schema of TextEvent");
            byte[] bytes = codec(client, SubjectStrategy.TOPIC, true).encode("texts", event);
            assertThat(ConfluentFormat.schemaId(bytes)).isEqualTo(100);
            assertThat(codec(client, SubjectStrategy.TOPIC, false).encode("texts", event))
                    .isEqualTo(bytes);
            assertThat(codec(client, SubjectStrategy.TOPIC, false).decode(bytes))
                    .isEqualTo(event);
            codec(client, SubjectStrategy.RECORD, true).encode("texts", event);
            codec(client, SubjectStrategy.TOPIC_RECORD, true).encode("texts", event);
            assertThat(stub.asked)
                    .contains(
                            "POST /subjects/texts-value/versions",
                            "POST /subjects/io.github.debertastreams.schemas.TextEvent/versions",
                            "POST /subjects/texts-io.github.debertastreams.schemas.TextEvent/versions");
        }
    }

    @Test
    void bytesThatAreNotOursAreUndecodable() throws IOException {
        try (RegistryStub stub = RegistryStub.start().with("/schemas/ids/7", Map.of("schema", ORDER))) {
            ConfluentCodec<TextEvent> codec = codec(client(stub), SubjectStrategy.TOPIC, false);
            for (byte[] bytes :
                    new byte[][] {{}, {0, 0, 0}, {1, 0, 0, 0, 7, 2, 'a'}, {0, 0, 0, 0, 6}, {0, 0, 0, 0, 7, 9}}) {
                assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(UndecodableException.class);
            }
        }
    }

    @Test
    void trustsWhatTheTruststoreHolds() throws Exception {
        Path keys = folder.resolve("server.p12");
        Path certificate = folder.resolve("server.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "stub",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "stub",
                "-file",
                certificate.toString(),
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(new TlsStores(null, null, keys.toString(), "changeit").context()));
        try (RegistryStub stub = new RegistryStub(server).with("/schemas/ids/7", Map.of("schema", ORDER))) {
            String url = stub.url().replace("http:", "https:");
            assertThatThrownBy(() -> client(url, "retry.ms", "0").byId(7))
                    .hasMessageContaining("SSLHandshakeException");
            assertThat(client(url, "truststore.location", certificate.toString())
                            .byId(7))
                    .isPresent();
            assertThat(client(url, "truststore.location", keys.toString(), "truststore.password", "changeit")
                            .byId(7))
                    .isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ftp://host           |                  |         | url is 'ftp://host', expected http://HOST or https://HOST
            http://u:secret@host |                  |         | url holds '@', expected user and password in basic.auth
            http://u:p@ss@host   |                  |         | url holds '@', expected user and password in basic.auth
            http://u:p%w@host    |                  |         | url holds '@', expected user and password in basic.auth
            http://u:p#ss@host   |                  |         | url holds '@', expected user and password in basic.auth
            http://u:p,ss@host   |                  |         | url holds '@', expected user and password in basic.auth
            http://u:8/ss@host   |                  |         | url holds '@', expected user and password in basic.auth
            http://a,u:p%w@host  |                  |         | url holds '@', expected user and password in basic.auth
            http://host:p%w      |                  |         | url is 'http://host:p%w', which is no URL
            http://host          | basic.auth       | secret  | basic.auth has no user and ':', expected USER:PASSWORD
            http://host          | cache.size       | 0       | cache.size is 0, expected 1 or more
            http://host          | retry.ms         | soon    | retry.ms is 'soon', expected a whole number
            """)
    void refusesWrongOptionsWithoutShowingSecrets(String url, String key, String value, String message) {
        Map<String, String> options = new HashMap<>(Map.of(RegistryOptions.URL, url));
        if (key != null) {
            options.put(key, value);
        }
        assertThatThrownBy(() -> RegistryOptions.from(options)).hasMessage(message);
    }

    @Test
    void optionsDoNotShowSecrets() {
        assertThat(RegistryOptions.from(Map.of("url", "http://host/", "basic.auth", "u:secret")))
                .hasToString("registry [http://host]");
        assertThat(RegistryOptions.of("http://host").retryFor()).isEqualTo(Duration.ofMinutes(2));
    }

    private static ConfluentCodec<TextEvent> codec(
            SchemaRegistryClient client, SubjectStrategy strategy, boolean register) {
        return new ConfluentCodec<>(PredictionCodec.textEvents(), client, strategy, register);
    }

    private static SchemaRegistryClient client(RegistryStub stub, String... options) {
        return client(stub.url(), options);
    }

    private static SchemaRegistryClient client(String url, String... options) {
        Map<String, String> values = new HashMap<>(Map.of(RegistryOptions.URL, url));
        for (int i = 0; i < options.length; i += 2) {
            values.put(options[i], options[i + 1]);
        }
        return new SchemaRegistryClient(RegistryOptions.from(values));
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes()))
                .as("keytool")
                .doesNotContain("error");
        assertThat(process.waitFor()).isZero();
        assertThat(Files.exists(Path.of(arguments[arguments.length - 3]))).isTrue();
    }
}
