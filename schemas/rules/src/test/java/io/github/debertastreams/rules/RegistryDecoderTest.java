package io.github.debertastreams.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.github.debertastreams.schemas.UndecodableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryDecoderTest {

    /** Two writers with the text in another place, and one without. */
    private static final Map<String, String> SCHEMAS = Map.of(
            "/schemas/ids/1",
            "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}",
            "/schemas/ids/2",
            "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"n\",\"type\":\"int\"},{\"name\":\"text\",\"type\":\"string\"}]}",
            "/schemas/ids/3",
            "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"n\",\"type\":\"int\"}]}");

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();
    private HttpServer server;
    private TextExtractor<byte[]> decoder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            String schema = SCHEMAS.get(exchange.getRequestURI().getPath());
            byte[] body = (schema == null
                            ? "{\"error_code\":40403}"
                            : "{\"schema\":\"" + schema.replace("\"", "\\\"") + "\"}")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(down.get() ? 503 : schema == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        decoder = RulesTest.rules("""
                        deberta.input.topic=texts
                        deberta.input.format=avro-confluent
                        deberta.registry.url=http://localhost:%d
                        deberta.registry.retry.ms=200
                        deberta.output.topic=labels
                        deberta.model=models/echo
                        """.formatted(server.getAddress().getPort()))
                .rules()
                .get(0)
                .input()
                .extractor();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void eachValueIsReadByItsWritersSchema() {
        for (int i = 0; i < 3; i++) {
            assertThat(decoder.extract(new byte[] {0, 0, 0, 0, 1, 4, 'h', 'i'})).isEqualTo(SourceText.of("hi"));
            assertThat(decoder.extract(new byte[] {0, 0, 0, 0, 2, 14, 4, 'h', 'o'}))
                    .isEqualTo(SourceText.of("ho"));
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void bytesAtFaultAreToldFromAMissingText() {
        assertThatThrownBy(() -> decoder.extract(new byte[] {1, 0, 0, 0, 1, 4, 'h', 'i'}))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("the first is 1, expected 0");
        assertThatThrownBy(() -> decoder.extract(new byte[] {0, 0, 0, 0, 9, 4, 'h', 'i'}))
                .isInstanceOf(UndecodableException.class)
                .hasMessage("the registry has no Avro schema of id 9");
        assertThatThrownBy(() -> decoder.extract(new byte[] {0, 0, 0, 0, 1, 4, 'h'}))
                .isInstanceOf(UndecodableException.class);
        assertThatThrownBy(() -> decoder.extract(new byte[] {0, 0, 0, 0, 3, 4}))
                .isInstanceOf(NoTextException.class)
                .hasMessageContaining("schema 3: field path '/text': A has no field 'text'");
    }

    @Test
    void whatIsReadAheadAsksNobody() {
        byte[] record = {0, 0, 0, 0, 1, 4, 'h', 'i'};
        assertThatThrownBy(() -> decoder.extractAhead(record)).isInstanceOf(SourceUnavailableException.class);
        assertThat(asked).hasValue(0);
        decoder.extract(record);
        assertThat(decoder.extractAhead(record)).isEqualTo(SourceText.of("hi"));
        assertThat(asked).hasValue(1);
    }

    @Test
    void aRecordWithoutATextSaysSoAheadToo() {
        byte[] withoutField = {0, 0, 0, 0, 3, 4};
        byte[] ofUnknownSchema = {0, 0, 0, 0, 9, 4};
        for (byte[] record : new byte[][] {withoutField, ofUnknownSchema}) {
            assertThatThrownBy(() -> decoder.extractAhead(record)).isInstanceOf(SourceUnavailableException.class);
        }
        assertThatThrownBy(() -> decoder.extract(withoutField)).isInstanceOf(NoTextException.class);
        assertThatThrownBy(() -> decoder.extract(ofUnknownSchema)).isInstanceOf(UndecodableException.class);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> decoder.extractAhead(withoutField)).isInstanceOf(NoTextException.class);
            assertThatThrownBy(() -> decoder.extract(withoutField)).isInstanceOf(NoTextException.class);
            assertThatThrownBy(() -> decoder.extractAhead(ofUnknownSchema)).isInstanceOf(UndecodableException.class);
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void aRegistryThatIsDownIsNotTheRecordsFault() {
        byte[] record = {0, 0, 0, 0, 1, 4, 'h', 'i'};
        down.set(true);
        assertThatThrownBy(() -> decoder.extract(record)).isInstanceOf(SourceUnavailableException.class);
        down.set(false);
        assertThat(decoder.extract(record)).isEqualTo(SourceText.of("hi"));
        down.set(true);
        assertThat(decoder.extract(record)).as("remembered").isEqualTo(SourceText.of("hi"));
    }
}
