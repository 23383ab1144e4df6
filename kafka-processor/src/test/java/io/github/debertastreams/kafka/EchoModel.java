package io.github.debertastreams.kafka;

import io.github.debertastreams.model.TextInput;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Classification;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.token.Encoding;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that classifies a text as its own first characters. It refuses a text that starts with {@code refuse}, and fails on a
 * batch that holds {@code explode}.
 */
final class EchoModel implements TextModel {

    static final int ECHO_LENGTH = 64;

    final AtomicInteger batches = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public Encoding encode(TextInput input) {
        if (input.text().startsWith("refuse")) {
            throw ModelException.invalidInput("refused as asked");
        }
        return Encoding.ofIds(input.text().chars().limit(ECHO_LENGTH).toArray());
    }

    @Override
    public List<Prediction> infer(List<Encoding> encodings) {
        batches.incrementAndGet();
        return encodings.stream().map(EchoModel::echo).toList();
    }

    private static Prediction echo(Encoding encoding) {
        String text = new String(encoding.inputIds(), 0, encoding.length());
        if (text.equals("explode")) {
            throw new ModelException(ModelException.Kind.BACKEND, "exploded as asked");
        }
        return new Classification(List.of(new Classification.LabelScore(text, 1)));
    }

    @Override
    public String name() {
        return "echo";
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
    public void close() {
        closed.incrementAndGet();
    }
}
