package io.github.debertastreams.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of registries that speak Confluent's Schema Registry API. Schemas are asked for once and remembered, so that a registry
 * which is down hinders only what was never seen. Threads may share it.
 */
public final class SchemaRegistryClient {

    /** How long it is remembered that there is no schema of an id: bytes of strangers must not become a question each. */
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);

    private static final int MAX_REFERENCES = 100;

    private final RegistryHttp http;
    private final Map<Integer, Known> byId;
    private final SharedQuestions<Integer, Known> questions = new SharedQuestions<>();

    public SchemaRegistryClient(RegistryOptions options) {
        this.http = new RegistryHttp(options);
        this.byId = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Known> eldest) {
                return size() > options.cacheSize();
            }
        };
    }

    /** @param schema null: there was none */
    private record Known(@Nullable Schema schema, long at) {

        boolean isStale() {
            return schema == null && System.nanoTime() - at > UNKNOWN_FOR.toNanos();
        }
    }

    /**
     * The Avro schema of an id; empty where the registry has none, or one of another kind.
     *
     * @throws RegistryException where the registry does not answer, or refuses
     */
    public Optional<Schema> byId(int id) {
        Known known = remembered(id);
        return Optional.ofNullable((known == null ? questions.ask(id, () -> asked(id)) : known).schema);
    }

    /** Whether {@link #byId} answers without asking the registry; for some seconds also where there is no schema. */
    public boolean remembers(int id) {
        return remembered(id) != null;
    }

    /** The id of a schema under a subject; empty where it is not registered there. */
    public OptionalInt idOf(String subject, Schema schema) {
        JsonNode found = http.post("/subjects/" + encode(subject), Map.of("schema", schema.toString()));
        return found == null ? OptionalInt.empty() : OptionalInt.of(id(found, subject));
    }

    /**
     * Registers a schema under a subject; where it is there already, its id stays.
     *
     * @throws RegistryException also where the registry finds it incompatible with the subject's other versions
     */
    public int register(String subject, Schema schema) {
        JsonNode made = http.post("/subjects/" + encode(subject) + "/versions", Map.of("schema", schema.toString()));
        if (made == null) {
            throw new RegistryException("the registry does not take schemas for subject " + subject);
        }
        return id(made, subject);
    }

    /** Another thread may have asked meanwhile. */
    private Known asked(int id) {
        Known known = remembered(id);
        if (known == null) {
            known = new Known(fetch(id), System.nanoTime());
            synchronized (byId) {
                byId.put(id, known);
            }
        }
        return known;
    }

    private @Nullable Known remembered(int id) {
        synchronized (byId) {
            Known known = byId.get(id);
            return known == null || known.isStale() ? null : known;
        }
    }

    private @Nullable Schema fetch(int id) {
        JsonNode found = http.get("/schemas/ids/" + id);
        if (found == null || !found.path("schemaType").asText("AVRO").equals("AVRO")) {
            return null;
        }
        try {
            return parse(new Schema.Parser(), found, new int[1]);
        } catch (AvroRuntimeException e) {
            throw new RegistryException("the schema of id " + id + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Parses a schema after those that it refers to. */
    private Schema parse(Schema.Parser parser, JsonNode found, int[] references) {
        for (JsonNode reference : found.path("references")) {
            if (++references[0] > MAX_REFERENCES) {
                throw new RegistryException("a schema refers to more than " + MAX_REFERENCES + " others");
            }
            if (!parser.getTypes().containsKey(reference.path("name").asText())) {
                String path = "/subjects/" + encode(reference.path("subject").asText()) + "/versions/"
                        + reference.path("version").asInt();
                JsonNode referred = http.get(path);
                if (referred == null) {
                    throw new RegistryException("a schema refers to " + path + ", which the registry does not have");
                }
                parse(parser, referred, references);
            }
        }
        return parser.parse(found.path("schema").asText());
    }

    private static int id(JsonNode answer, String subject) {
        if (!answer.path("id").isInt()) {
            throw new RegistryException("the registry's answer for subject " + subject + " has no id");
        }
        return answer.path("id").intValue();
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, UTF_8).replace("+", "%20");
    }
}
