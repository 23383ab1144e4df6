package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts texts and special tokens together. TemplateProcessing, BertProcessing and RobertaProcessing all come down to two templates.
 *
 * <p>Source: HF {@code TemplateProcessing::apply_template}, {@code RobertaProcessing}, {@code Encoding::merge_with}. Immutable.
 */
final class PostProcessor {

    /** Windows of a pair multiply; beyond this many tokens in all, a record is refused rather than the heap filled. */
    private static final long MOST_TOKENS = 1 << 24;

    /** A part of a template: one of the texts, or special tokens. */
    record Piece(int sequence, int[] specialIds, int typeId) {

        static final int SPECIAL = -1;

        static Piece text(int sequence, int typeId) {
            return new Piece(sequence, new int[0], typeId);
        }

        static Piece special(int typeId, int... ids) {
            return new Piece(SPECIAL, ids, typeId);
        }

        boolean isSpecial() {
            return sequence == SPECIAL;
        }
    }

    /** One or two texts with the window of each that is being assembled. */
    private record Choice(
            TokenizedText first, int firstWindow, @Nullable TokenizedText second, int secondWindow) {}

    private final List<Piece> single;
    private final List<Piece> pair;
    /** Windows that overflow keep the type ids 0 and 1 of encoding, unless the post-processor sets them as well (Roberta). */
    private final boolean typesOfOverflow;

    private final @Nullable OffsetTrimmer trimmer;

    private PostProcessor(
            List<Piece> single, List<Piece> pair, boolean typesOfOverflow, @Nullable OffsetTrimmer trimmer) {
        this.single = single;
        this.pair = pair;
        this.typesOfOverflow = typesOfOverflow;
        this.trimmer = trimmer;
    }

    /** Each text must come exactly once: A in the single template, A and B in the pair's. */
    static PostProcessor template(List<Piece> single, List<Piece> pair) {
        return new PostProcessor(List.copyOf(single), List.copyOf(pair), false, null);
    }

    static PostProcessor none() {
        return template(List.of(Piece.text(0, 0)), List.of(Piece.text(0, 0), Piece.text(1, 1)));
    }

    static PostProcessor bert(int cls, int sep) {
        return template(
                List.of(Piece.special(0, cls), Piece.text(0, 0), Piece.special(0, sep)),
                List.of(
                        Piece.special(0, cls),
                        Piece.text(0, 0),
                        Piece.special(0, sep),
                        Piece.text(1, 1),
                        Piece.special(1, sep)));
    }

    static PostProcessor roberta(int cls, int sep, @Nullable OffsetTrimmer trimmer) {
        return new PostProcessor(
                List.of(Piece.special(0, cls), Piece.text(0, 0), Piece.special(0, sep)),
                List.of(
                        Piece.special(0, cls),
                        Piece.text(0, 0),
                        Piece.special(0, sep, sep),
                        Piece.text(1, 0),
                        Piece.special(0, sep)),
                true,
                trimmer);
    }

    int numSpecialTokens(boolean ofPair) {
        return (ofPair ? pair : single)
                .stream().mapToInt(piece -> piece.specialIds().length).sum();
    }

    /**
     * The encoding of what remains of the texts, with the windows that were cut off.
     *
     * <p>For a pair, HF's order: each cut window of the text that comes first, with the other's first window and then with its cut
     * ones; last, each cut window of the other text with the first window of the one that comes first. A combination of a cut window
     * with a first window holds, as its own overflow, the combinations with the cut windows in the first one's place.
     */
    Encoding process(TokenizedText first, @Nullable TokenizedText second, boolean addSpecialTokens) {
        refuseTooMany(first, second);
        if (second == null) {
            List<Encoding> overflowing = new ArrayList<>();
            for (int window = 1; window < first.windows().size(); window++) {
                overflowing.add(assemble(new Choice(first, window, null, 0), addSpecialTokens, List.of()));
            }
            return assemble(new Choice(first, 0, null, 0), addSpecialTokens, overflowing);
        }
        boolean firstLeads = leadingText() == 0;
        int leading = (firstLeads ? first : second).windows().size();
        int trailing = (firstLeads ? second : first).windows().size();
        List<Encoding> overflowing = new ArrayList<>();
        for (int lead = 1; lead < leading; lead++) {
            List<Encoding> row = new ArrayList<>();
            for (int trail = 1; trail < trailing; trail++) {
                row.add(assemble(choose(first, second, firstLeads, lead, trail), addSpecialTokens, List.of()));
            }
            overflowing.add(assemble(choose(first, second, firstLeads, lead, 0), addSpecialTokens, row));
            overflowing.addAll(row);
        }
        for (int trail = 1; trail < trailing; trail++) {
            List<Encoding> column = new ArrayList<>();
            for (int lead = 1; lead < leading; lead++) {
                column.add(assemble(choose(first, second, firstLeads, lead, trail), addSpecialTokens, List.of()));
            }
            overflowing.add(assemble(choose(first, second, firstLeads, 0, trail), addSpecialTokens, column));
        }
        return assemble(choose(first, second, firstLeads, 0, 0), addSpecialTokens, overflowing);
    }

    private static Choice choose(TokenizedText first, TokenizedText second, boolean firstLeads, int lead, int trail) {
        return new Choice(first, firstLeads ? lead : trail, second, firstLeads ? trail : lead);
    }

    private int leadingText() {
        for (Piece piece : pair) {
            if (!piece.isSpecial()) {
                return piece.sequence();
            }
        }
        return 0;
    }

    private static void refuseTooMany(TokenizedText first, @Nullable TokenizedText second) {
        long firstWindows = first.windows().size();
        long secondWindows = second == null ? 1 : second.windows().size();
        long most = longest(first) + (second == null ? 0 : longest(second));
        if (firstWindows * secondWindows > 1 && 3 * firstWindows * secondWindows * most > MOST_TOKENS) {
            throw ModelException.invalidInput("the texts overflow into " + firstWindows + " and " + secondWindows
                    + " windows, together more than " + MOST_TOKENS + " tokens: cut the text, or use a smaller stride");
        }
    }

    private static long longest(TokenizedText text) {
        return text.windows().stream().mapToInt(Window::length).max().orElse(0);
    }

    private Encoding assemble(Choice choice, boolean addSpecialTokens, List<Encoding> overflowing) {
        List<Piece> pieces = choice.second() == null ? single : pair;
        int length = lengthOf(pieces, choice, addSpecialTokens);
        int[] ids = new int[length];
        int[] typeIds = new int[length];
        int[] specialTokensMask = new int[length];
        int[] offsets = new int[2 * length];
        int[] words = new int[length];
        int[] sequences = new int[length];
        int at = 0;
        for (Piece piece : pieces) {
            int end;
            if (!piece.isSpecial()) {
                TokenizedText text = textOf(piece, choice);
                int number = piece.sequence() == 0 ? choice.firstWindow() : choice.secondWindow();
                Window window = text.windows().get(number);
                end = at + window.length();
                text.tokens().copy(window.from(), window.to(), ids, words, at);
                boolean ownType = number == 0 || (typesOfOverflow && addSpecialTokens);
                Arrays.fill(typeIds, at, end, ownType ? piece.typeId() : piece.sequence());
                Arrays.fill(sequences, at, end, piece.sequence());
                copyOffsets(text, window, offsets, at);
            } else if (addSpecialTokens) {
                end = at + piece.specialIds().length;
                System.arraycopy(piece.specialIds(), 0, ids, at, end - at);
                Arrays.fill(typeIds, at, end, piece.typeId());
                Arrays.fill(specialTokensMask, at, end, 1);
                Arrays.fill(words, at, end, -1);
                Arrays.fill(sequences, at, end, -1);
                Arrays.fill(offsets, 2 * at, 2 * end, -1);
            } else {
                end = at;
            }
            at = end;
        }
        return new Encoding(ids, typeIds, specialTokensMask, offsets, words, sequences, overflowing);
    }

    private static int lengthOf(List<Piece> pieces, Choice choice, boolean addSpecialTokens) {
        int length = 0;
        for (Piece piece : pieces) {
            if (piece.isSpecial()) {
                length += addSpecialTokens ? piece.specialIds().length : 0;
            } else {
                int number = piece.sequence() == 0 ? choice.firstWindow() : choice.secondWindow();
                length += textOf(piece, choice).windows().get(number).length();
            }
        }
        return length;
    }

    private static TokenizedText textOf(Piece piece, Choice choice) {
        TokenizedText second = choice.second();
        return piece.sequence() == 0 || second == null ? choice.first() : second;
    }

    private void copyOffsets(TokenizedText text, Window window, int[] offsets, int position) {
        TokenBuffer tokens = text.tokens();
        for (int token = window.from(); token < window.to(); token++) {
            int at = 2 * (position + token - window.from());
            offsets[at] = tokens.start(token);
            offsets[at + 1] = tokens.end(token);
            if (trimmer != null) {
                trimmer.trim(text, token, token == window.from(), offsets, at);
            }
        }
    }
}
