package io.github.debertastreams.flink.job;

import io.github.debertastreams.rules.NoTextException;
import io.github.debertastreams.rules.SourceText;
import io.github.debertastreams.rules.TextExtractor;
import org.jspecify.annotations.Nullable;

/** The text of a record's value; a text without an id is called by its record's place. */
final class RecordExtractor implements TextExtractor<KafkaRecord> {

    private static final long serialVersionUID = 1;

    private final TextExtractor<byte[]> values;

    RecordExtractor(TextExtractor<byte[]> values) {
        this.values = values;
    }

    @Override
    public @Nullable SourceText extract(KafkaRecord record) {
        if (record.value() == null) {
            throw new NoTextException("the record has no value");
        }
        SourceText found = values.extract(record.value());
        return found == null || found.id() != null
                ? found
                : new SourceText(record.place().toString(), found.input());
    }
}
