package io.github.debertastreams.kafka.app;

import io.github.debertastreams.model.cli.DemoTexts;
import io.github.debertastreams.schemas.TextEvent;
import java.io.IOException;
import java.util.List;

/** The demo's events: messages of invented customers, repeated under new ids as often as needed. */
record SampleEvents(List<String> texts) {

    static SampleEvents ofDemo() throws IOException {
        return new SampleEvents(DemoTexts.read());
    }

    TextEvent event(int index) {
        return TextEvent.newBuilder()
                .setId(String.format("event-%06d", index))
                .setText(texts.get(index % texts.size()))
                .build();
    }
}
