package io.github.debertastreams.schemas.registry;

import io.github.debertastreams.schemas.PredictionCodec;
import io.github.debertastreams.schemas.UndecodableException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** Events or predictions in Confluent's wire format, their schemas in a registry. Threads may share a codec. */
public final class ConfluentCodec<T extends SpecificRecordBase> {

    private final PredictionCodec<T> codec;
    private final SchemaRegistryClient registry;
    private final SubjectStrategy strategy;
    private final boolean register;
    private final Map<String, Integer> idsByTopic = new ConcurrentHashMap<>();
    private final SharedQuestions<String, Integer> questions = new SharedQuestions<>();

    /** @param register whether a schema that the registry lacks is registered; otherwise writing fails */
    public ConfluentCodec(
            PredictionCodec<T> codec, SchemaRegistryClient registry, SubjectStrategy strategy, boolean register) {
        this.codec = codec;
        this.registry = registry;
        this.strategy = strategy;
        this.register = register;
    }

    /** @throws RegistryException where the schema's id cannot be had */
    public byte[] encode(String topic, T value) {
        return ConfluentFormat.frame(schemaId(topic), codec.datum(value));
    }

    /** The id under which this codec writes to a topic: asked for once. */
    public int schemaId(String topic) {
        Integer known = idsByTopic.get(topic);
        return known == null ? questions.ask(topic, () -> idsByTopic.computeIfAbsent(topic, this::ask)) : known;
    }

    /** @throws UndecodableException where the bytes are not a value of the codec's type by a known schema */
    public T decode(byte[] bytes) {
        int id = ConfluentFormat.schemaId(bytes);
        Schema writer = registry.byId(id)
                .orElseThrow(() -> new UndecodableException("the registry has no Avro schema of id " + id));
        return codec.decode(writer, ConfluentFormat.datum(bytes));
    }

    private int ask(String topic) {
        String subject = strategy.subject(topic, codec.schema());
        if (register) {
            return registry.register(subject, codec.schema());
        }
        return registry.idOf(subject, codec.schema())
                .orElseThrow(() -> new RegistryException("subject " + subject + " does not have the schema of "
                        + codec.schema().getName() + ": register it, or allow to register it"));
    }
}
