package io.github.debertastreams.kafka;

import io.github.debertastreams.model.TextInput;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.head.Classification;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.token.Encoding;
import java.util.List;

/** Classifies a text as itself, one millisecond per text. */
final class SlowEchoModel implements TextModel {

    @Override
    public Encoding encode(TextInput input) {
        return Encoding.ofIds(input.text().chars().toArray());
    }

    @Override
    public List<Prediction> infer(List<Encoding> encodings) {
        try {
            Thread.sleep(encodings.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return encodings.stream().map(SlowEchoModel::echo).toList();
    }

    private static Prediction echo(Encoding encoding) {
        String text = new String(encoding.inputIds(), 0, encoding.length());
        return new Classification(List.of(new Classification.LabelScore(text, 1)));
    }

    @Override
    public String name() {
        return "slow-echo";
    }

    @Override
    public String revision() {
        return "1";
    }

    @Override
    public String backend() {
        return "fake";
    }

    @Override
    public String task() {
        return "text-classification";
    }

    @Override
    public void close() {}
}
