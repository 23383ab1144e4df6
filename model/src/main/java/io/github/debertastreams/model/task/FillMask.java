package io.github.debertastreams.model.task;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.SequenceLogits;
import io.github.debertastreams.model.task.MaskFills.Fill;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** What may stand at the masks of a text. Source: HF {@code FillMaskPipeline}. */
public record FillMask(TextEncoder encoder, int maskId, TaskOptions options) implements Task {

    /** A logit for every word of the vocabulary takes half a megabyte a mask. */
    private static final int MOST_MASKS = 16;

    private static final int DEFAULT_TOP_K = 5;

    /** A token that may stand at a mask. */
    private record Candidate(int id, double score) {}

    @Override
    public String name() {
        return "fill-mask";
    }

    @Override
    public EncodedInput encode(TextInput input) {
        if (input.textPair() != null) {
            throw ModelException.invalidInput("fill-mask reads one text, found a pair");
        }
        EncodedInput encoded = encoder.encode(input, Truncation.LONGEST_FIRST);
        int masks = outputTokens(encoded.sequences().get(0)).length;
        if (masks == 0) {
            throw ModelException.invalidInput("the text has no mask, expected at least one "
                    + encoder.tokenizer().token(maskId));
        }
        if (masks > MOST_MASKS) {
            throw ModelException.invalidInput("the text has " + masks + " masks, expected at most " + MOST_MASKS);
        }
        targets(input);
        return encoded;
    }

    /** The masks. */
    @Override
    public int[] outputTokens(Encoding sequence) {
        int[] ids = sequence.inputIds();
        return IntStream.range(0, ids.length)
                .filter(token -> ids[token] == maskId)
                .toArray();
    }

    @Override
    public Prediction decode(EncodedInput input, List<SequenceLogits> logits) {
        Encoding sequence = input.sequences().get(0);
        int[] masks = outputTokens(sequence);
        int[] targets = targets(input.input());
        List<List<Fill>> fills = new ArrayList<>(masks.length);
        for (int mask = 0; mask < masks.length; mask++) {
            List<Fill> ofMask = new ArrayList<>();
            for (Candidate candidate : best(logits.get(0), mask, targets)) {
                ofMask.add(fill(candidate, sequence, masks[mask], masks.length == 1));
            }
            fills.add(ofMask);
        }
        return new MaskFills(fills);
    }

    private List<Candidate> best(SequenceLogits logits, int mask, int[] targets) {
        double[] probabilities = Scores.softmax(logits.values(), logits.rowOffset(mask), logits.columns());
        int[] allowed =
                targets.length == 0 ? IntStream.range(0, probabilities.length).toArray() : targets;
        int topK = options.topK() == null ? DEFAULT_TOP_K : options.topK();
        int most = topK == 0 ? allowed.length : Math.min(topK, allowed.length);
        Comparator<Candidate> ascending = Comparator.comparingDouble(Candidate::score)
                .thenComparing(Comparator.comparingInt(Candidate::id).reversed());
        PriorityQueue<Candidate> best = new PriorityQueue<>(Math.max(1, most), ascending);
        for (int id : allowed) {
            Candidate candidate = new Candidate(id, probabilities[id]);
            if (best.size() < most) {
                best.add(candidate);
            } else if (most > 0 && ascending.compare(candidate, best.element()) > 0) {
                best.remove();
                best.add(candidate);
            }
        }
        return best.stream().sorted(ascending.reversed()).toList();
    }

    private Fill fill(Candidate candidate, Encoding sequence, int mask, boolean onlyMask) {
        Tokenizer tokenizer = encoder.tokenizer();
        int[] ids = sequence.inputIds().clone();
        ids[mask] = candidate.id();
        OptionalInt padId = tokenizer.padId();
        int[] kept = Arrays.stream(ids)
                .filter(id -> padId.isEmpty() || id != padId.getAsInt())
                .toArray();
        return new Fill(
                candidate.score(),
                candidate.id(),
                tokenizer.decode(new int[] {candidate.id()}, false),
                // the other masks are special tokens, and their places are to be seen
                tokenizer.decode(kept, onlyMask));
    }

    /** Ids of the targets; none: any token. A target that is no token stands for the first of its tokens. */
    private int[] targets(TextInput input) {
        List<String> targets = input.candidates().isEmpty() ? options.targets() : input.candidates();
        int[] ids = targets.stream()
                .mapToInt(this::target)
                .filter(id -> id >= 0)
                .distinct()
                .toArray();
        if (ids.length == 0 && !targets.isEmpty()) {
            throw ModelException.invalidInput("none of the targets is a token: " + targets);
        }
        return ids;
    }

    private int target(String target) {
        OptionalInt id = encoder.tokenizer().id(target);
        if (id.isPresent()) {
            return id.getAsInt();
        }
        int[] ids = encoder.tokenizer()
                .encode(target, null, EncodeOptions.DEFAULT.withoutSpecialTokens())
                .inputIds();
        return ids.length == 0 ? -1 : ids[0];
    }
}
