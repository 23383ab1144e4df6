package io.github.debertastreams.model;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.Classification;
import io.github.debertastreams.model.task.EncodedInput;
import io.github.debertastreams.model.task.Prediction;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A model without weights, for tests of what stands on a model. A token is a UTF-16 unit, a sequence is a line of the text, its
 * logits are its length, and the prediction is one label. Texts that start with {@code refuse} are refused, those that start with
 * {@code overlong} as too long.
 */
public final class FakeModel implements TextModel {

    /** Most tokens of a sequence; a longer line is cut. */
    public static final int MAX_LENGTH = 64;

    private final Function<String, String> label;
    private Consumer<List<String>> whileInferring = lines -> {};
    private Runnable whenClosed = () -> {};
    private String revision = "1";
    private String task = "text-classification";

    private FakeModel(Function<String, String> label) {
        this.label = label;
    }

    /** The label is what was read. */
    public static FakeModel echoing() {
        return new FakeModel(read -> read);
    }

    /** The label is the one given. */
    public static FakeModel answering(String label) {
        return new FakeModel(read -> label);
    }

    /** Is given the lines of each batch before it is answered; what it throws is the model's failure. */
    public FakeModel whileInferring(Consumer<List<String>> hook) {
        whileInferring = hook;
        return this;
    }

    /** To be given to {@link #whileInferring}: says that a batch has come, and holds it until the gate is open. */
    public static Consumer<List<String>> behind(
            CountDownLatch entered, CountDownLatch gate, Consumer<List<String>> then) {
        return lines -> {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            then.accept(lines);
        };
    }

    public FakeModel withRevision(String value) {
        revision = value;
        return this;
    }

    public FakeModel withTask(String value) {
        task = value;
        return this;
    }

    public FakeModel whenClosed(Runnable hook) {
        whenClosed = hook;
        return this;
    }

    @Override
    public EncodedInput encode(TextInput input) {
        if (input.text().startsWith("refuse")) {
            throw ModelException.invalidInput("refused as asked");
        }
        if (input.text().startsWith("overlong")) {
            throw new ModelException(ModelException.Kind.TOO_LONG, "too long as asked");
        }
        List<Encoding> sequences = new ArrayList<>();
        String text = input.textPair() == null ? input.text() : input.text() + input.textPair();
        boolean truncated = false;
        for (String line : text.split("\n", -1)) {
            truncated |= line.length() > MAX_LENGTH;
            sequences.add(Encoding.ofIds(line.chars().limit(MAX_LENGTH).toArray()));
        }
        return new EncodedInput(input, sequences, truncated);
    }

    @Override
    public List<SequenceLogits> infer(List<Encoding> sequences) {
        whileInferring.accept(sequences.stream().map(FakeModel::line).toList());
        return sequences.stream()
                .map(sequence -> SequenceLogits.of(new float[] {sequence.length()}, 1))
                .toList();
    }

    /** The score is the sum of the logits. */
    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        List<String> lines = new ArrayList<>();
        double score = 0;
        for (int sequence = 0; sequence < logits.size(); sequence++) {
            lines.add(line(input.sequences().get(sequence)));
            score += logits.get(sequence).get(0, 0);
            if (logits.get(sequence).get(0, 0) != lines.get(sequence).length()) {
                throw new AssertionError("'" + lines.get(sequence) + "' got the logits of another sequence");
            }
        }
        return new Classification(List.of(new Classification.LabelScore(label.apply(String.join("\n", lines)), score)));
    }

    private static String line(Encoding sequence) {
        return new String(sequence.inputIds(), 0, sequence.length());
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String revision() {
        return revision;
    }

    @Override
    public String backend() {
        return "fake";
    }

    @Override
    public String task() {
        return task;
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}
