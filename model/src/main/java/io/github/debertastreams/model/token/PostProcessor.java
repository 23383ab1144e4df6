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
    record Piece(int sequence, int[] specialIds, Stretch specials, int typeId) {

        static Piece text(int sequence, int typeId) {
            return new Piece(sequence, new int[0], new Stretch(0, typeId, Stretch.SPECIAL, 0), typeId);
        }

        static Piece special(int typeId, int... ids) {
            return new Piece(Stretch.SPECIAL, ids, new Stretch(ids.length, typeId, Stretch.SPECIAL, 0), typeId);
        }

        boolean isSpecial() {
            return sequence == Stretch.SPECIAL;
        }
    }

    /** A text on its way into an encoding: its tokens, and the windows they are cut into; the first one is what remains of it. */
    record CutText(TokenizedText text, TokenBuffer tokens, List<Window> windows) {}

    /** One or two texts with the window of each that is being assembled. */
    private record Choice(
            CutText first, int firstWindow, @Nullable CutText second, int secondWindow, Encoding.Texts texts) {}

    /** What stands around one text. */
    private record Frame(int[] before, int[] after, Stretch[] stretches, int place, int typeId) {

        static Frame of(List<Piece> single, boolean addSpecialTokens) {
            List<Piece> pieces = single.stream()
                    .filter(piece -> addSpecialTokens || !piece.isSpecial())
                    .toList();
            int place = pieces.indexOf(pieces.stream()
                    .filter(piece -> !piece.isSpecial())
                    .findFirst()
                    .orElseThrow());
            return new Frame(
                    ids(pieces.subList(0, place)),
                    ids(pieces.subList(place + 1, pieces.size())),
                    pieces.stream().map(Piece::specials).toArray(Stretch[]::new),
                    place,
                    pieces.get(place).typeId());
        }

        private static int[] ids(List<Piece> pieces) {
            return pieces.stream()
                    .flatMapToInt(piece -> Arrays.stream(piece.specialIds()))
                    .toArray();
        }

        Encoding around(String text, SubwordModel model, TokenBuffer tokens, @Nullable OffsetTrimmer trimmer) {
            int length = tokens.size();
            int[] ids = new int[before.length + length + after.length];
            System.arraycopy(before, 0, ids, 0, before.length);
            tokens.copyIds(0, length, ids, before.length);
            System.arraycopy(after, 0, ids, before.length + length, after.length);
            Stretch[] all = stretches.clone();
            all[place] = new Stretch(length, typeId, 0, 0);
            int[] positions = tokens.positions(before.length, after.length);
            TokenizedText tokenized = new TokenizedText(text, model, tokens, positions, before.length);
            Encoding.Texts texts = new Encoding.Texts(tokenized, null, trimmer);
            return tokens.aligned() && trimmer == null
                    ? new Encoding(ids, all, texts, positions)
                    : new Encoding(ids, all, texts, List.of());
        }
    }

    private final Frame framed;
    private final Frame bare;
    private final List<Piece> single;
    private final List<Piece> pair;
    /** Windows that overflow keep the type ids 0 and 1 of encoding, unless the post-processor sets them as well (Roberta). */
    private final boolean typesOfOverflow;

    private final @Nullable OffsetTrimmer trimmer;

    private PostProcessor(
            List<Piece> single, List<Piece> pair, boolean typesOfOverflow, @Nullable OffsetTrimmer trimmer) {
        this.framed = Frame.of(single, true);
        this.bare = Frame.of(single, false);
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
        int specials = 0;
        for (Piece piece : ofPair ? pair : single) {
            specials += piece.specialIds().length;
        }
        return specials;
    }

    /** The encoding of one text that nothing is cut off from. */
    Encoding process(String text, SubwordModel model, TokenBuffer tokens, boolean addSpecialTokens) {
        return (addSpecialTokens ? framed : bare).around(text, model, tokens, trimmer);
    }

    /**
     * The encoding of what remains of the texts, with the windows that were cut off.
     *
     * <p>For a pair, HF's order: each cut window of the text that comes first, with the other's first window and then with its cut
     * ones; last, each cut window of the other text with the first window of the one that comes first. A combination of a cut window
     * with a first window holds, as its own overflow, the combinations with the cut windows in the first one's place.
     */
    Encoding process(CutText first, @Nullable CutText second, boolean addSpecialTokens) {
        refuseTooMany(first, second);
        Encoding.Texts texts = new Encoding.Texts(first.text(), second == null ? null : second.text(), trimmer);
        if (second == null) {
            List<Encoding> overflowing = new ArrayList<>();
            for (int window = 1; window < first.windows().size(); window++) {
                overflowing.add(assemble(new Choice(first, window, null, 0, texts), addSpecialTokens, List.of()));
            }
            return assemble(new Choice(first, 0, null, 0, texts), addSpecialTokens, overflowing);
        }
        Choice whole = new Choice(first, 0, second, 0, texts);
        boolean firstLeads = leadingText() == 0;
        int leading = (firstLeads ? first : second).windows().size();
        int trailing = (firstLeads ? second : first).windows().size();
        List<Encoding> overflowing = new ArrayList<>();
        for (int lead = 1; lead < leading; lead++) {
            List<Encoding> row = new ArrayList<>();
            for (int trail = 1; trail < trailing; trail++) {
                row.add(assemble(choose(whole, firstLeads, lead, trail), addSpecialTokens, List.of()));
            }
            overflowing.add(assemble(choose(whole, firstLeads, lead, 0), addSpecialTokens, row));
            overflowing.addAll(row);
        }
        for (int trail = 1; trail < trailing; trail++) {
            List<Encoding> column = new ArrayList<>();
            for (int lead = 1; lead < leading; lead++) {
                column.add(assemble(choose(whole, firstLeads, lead, trail), addSpecialTokens, List.of()));
            }
            overflowing.add(assemble(choose(whole, firstLeads, 0, trail), addSpecialTokens, column));
        }
        return assemble(choose(whole, firstLeads, 0, 0), addSpecialTokens, overflowing);
    }

    private static Choice choose(Choice whole, boolean firstLeads, int lead, int trail) {
        return new Choice(
                whole.first(), firstLeads ? lead : trail, whole.second(), firstLeads ? trail : lead, whole.texts());
    }

    private int leadingText() {
        for (Piece piece : pair) {
            if (!piece.isSpecial()) {
                return piece.sequence();
            }
        }
        return 0;
    }

    private static void refuseTooMany(CutText first, @Nullable CutText second) {
        if (first.windows().size() == 1 && (second == null || second.windows().size() == 1)) {
            return;
        }
        long firstWindows = first.windows().size();
        long secondWindows = second == null ? 1 : second.windows().size();
        long most = longest(first) + (second == null ? 0 : longest(second));
        if (3 * firstWindows * secondWindows * most > MOST_TOKENS) {
            throw ModelException.invalidInput("the texts overflow into " + firstWindows + " and " + secondWindows
                    + " windows, together more than " + MOST_TOKENS + " tokens: cut the text, or use a smaller stride");
        }
    }

    private static long longest(CutText text) {
        return text.windows().stream().mapToInt(Window::length).max().orElse(0);
    }

    private Encoding assemble(Choice choice, boolean addSpecialTokens, List<Encoding> overflowing) {
        List<Piece> pieces = choice.second() == null ? single : pair;
        int[] ids = new int[lengthOf(pieces, choice, addSpecialTokens)];
        Stretch[] stretches = new Stretch[pieces.size()];
        int at = 0;
        int count = 0;
        for (Piece piece : pieces) {
            if (piece.isSpecial() && !addSpecialTokens) {
                continue;
            }
            Stretch stretch = piece.specials();
            if (piece.isSpecial()) {
                System.arraycopy(piece.specialIds(), 0, ids, at, stretch.length());
            } else {
                CutText text = textOf(piece, choice);
                int number = piece.sequence() == 0 ? choice.firstWindow() : choice.secondWindow();
                Window window = text.windows().get(number);
                boolean ownType = number == 0 || (typesOfOverflow && addSpecialTokens);
                stretch = new Stretch(
                        window.length(), ownType ? piece.typeId() : piece.sequence(), piece.sequence(), window.from());
                text.tokens().copyIds(window.from(), window.to(), ids, at);
            }
            stretches[count++] = stretch;
            at += stretch.length();
        }
        return new Encoding(ids, Arrays.copyOf(stretches, count), choice.texts(), overflowing);
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

    private static CutText textOf(Piece piece, Choice choice) {
        CutText second = choice.second();
        return piece.sequence() == 0 || second == null ? choice.first() : second;
    }
}
