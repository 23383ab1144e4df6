package io.github.debertastreams.model.token;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The short way of a {@link PipelineModel} for the commonest text: ASCII whose letters the normalizers leave alone or make lower case, and
 * whose white space they make single spaces, before a Metaspace that writes its mark for each of them and one in front. Words are then what
 * stands between spaces, and spans need no alignment: a mark has the span of the last space before its word, the first one that of the
 * word's first letter.
 *
 * <p>The long way gives the same, slower. Immutable.
 */
final class PlainWords {

    /** What one thread needs to work. */
    static final class Scratch {
        byte[] bytes = new byte[1 << 10];
        byte[] word = new byte[1 << 8];
        /** Whether the segment has a carriage return. */
        boolean lineEnds;

        final WordModel.Scratch words = new WordModel.Scratch();
        final WordCache cache = new WordCache(15);

        void shrink() {
            words.shrink();
            if (bytes.length > NormalizedText.KEPT_BYTES) {
                bytes = new byte[1 << 10];
            }
            if (word.length > NormalizedText.KEPT_BYTES) {
                word = new byte[1 << 8];
            }
        }
    }

    private static final byte NOT_PLAIN = 0;
    private static final int NONE = -1;

    /** What becomes of each ASCII letter: another letter, a space, or {@link #NOT_PLAIN}. */
    private final byte[] letters;

    private final byte[] mark;
    private final NormalizedTokens addedTokens;
    private final WordModel model;

    private PlainWords(byte[] letters, byte[] mark, NormalizedTokens addedTokens, WordModel model) {
        this.letters = letters;
        this.mark = mark;
        this.addedTokens = addedTokens;
        this.model = model;
    }

    /** The short way of a pipeline, or null if it has none. */
    static @Nullable PlainWords of(
            List<Normalizer> normalizers,
            List<PreTokenizer> preTokenizers,
            NormalizedTokens addedTokens,
            WordModel model) {
        boolean marks = preTokenizers.size() == 1
                && preTokenizers.get(0) instanceof MetaspacePreTokenizer metaspace
                && metaspace.marksEveryWord();
        if (!marks || !makesSingleSpaces(normalizers)) {
            return null;
        }
        byte[] mark = ((MetaspacePreTokenizer) preTokenizers.get(0)).mark();
        return new PlainWords(letters(normalizers), mark, addedTokens, model);
    }

    /** Strip, and last of all the collapse of spaces; else only steps that treat ASCII letter by letter. */
    private static boolean makesSingleSpaces(List<Normalizer> normalizers) {
        boolean strips = false;
        for (Normalizer normalizer : normalizers.subList(0, Math.max(0, normalizers.size() - 1))) {
            if (normalizer instanceof StripNormalizer strip) {
                strips |= strip.left() && strip.right();
            } else if (!treatsLettersAlone(normalizer)) {
                return false;
            }
        }
        return strips
                && normalizers.get(normalizers.size() - 1) instanceof ReplaceNormalizer last
                && last.collapsesSpaces();
    }

    private static boolean treatsLettersAlone(Normalizer normalizer) {
        return normalizer instanceof LowercaseNormalizer
                || normalizer instanceof PrecompiledNormalizer
                || normalizer instanceof UnicodeNormalizer;
    }

    private static byte[] letters(List<Normalizer> normalizers) {
        byte[] letters = new byte[128];
        for (char letter = 1; letter < letters.length; letter++) {
            byte made = normalized(normalizers, String.valueOf(letter));
            letters[letter] = CodePointClasses.isSpace(letter) == (made == ' ') ? made : NOT_PLAIN;
        }
        // a carriage return and a line feed are one grapheme, and may become something that neither of them does
        if (normalized(normalizers, "\r\n") != ' ') {
            letters['\r'] = NOT_PLAIN;
        }
        return letters;
    }

    /** The one ASCII letter that becomes of some, or {@link #NOT_PLAIN}. */
    private static byte normalized(List<Normalizer> normalizers, String letters) {
        NormalizedText text = new NormalizedText();
        text.reset(letters, 0, letters.length(), false);
        normalizers.stream().filter(PlainWords::treatsLettersAlone).forEach(step -> step.normalize(text));
        boolean one = text.to - text.from == 1 && text.bytes[text.from] > 0;
        return one ? text.bytes[text.from] : NOT_PLAIN;
    }

    /** Adds the tokens of an ASCII segment with their spans; if it is not plain adds nothing and answers false. */
    boolean tokenize(String text, int from, int to, Scratch scratch, TokenBuffer tokens) {
        int end = read(text, from, to, scratch);
        if (end == NONE) {
            return false;
        }
        byte[] bytes = scratch.bytes;
        int firstToken = tokens.size();
        int firstWord = wordStart(bytes, 0, end);
        for (int word = firstWord; word < end; ) {
            int token = tokens.size();
            int wordEnd = addWord(word, from + word - 1, scratch, tokens);
            if (scratch.lineEnds && word > 1 && isLineEnd(text, from + word - 2)) {
                tokens.beginEarlier(token, from + word);
            }
            word = wordStart(bytes, wordEnd, end);
        }
        if (firstWord < end) {
            tokens.clip(firstToken, from + firstWord);
        }
        return true;
    }

    /** A line end of two characters becomes one space, which has the span of the first of them. */
    private static boolean isLineEnd(String text, int at) {
        return text.charAt(at) == '\r' && text.charAt(at + 1) == '\n';
    }

    /** Numbers the words of a plain segment. */
    void numberWords(String text, int from, int to, int firstToken, int endToken, Alignment alignment) {
        int token = firstToken;
        for (int at = from; at < to; ) {
            while (at < to && letters[text.charAt(at)] == ' ') {
                at++;
            }
            int start = at;
            while (at < to && letters[text.charAt(at)] != ' ') {
                at++;
            }
            if (at > start) {
                token = alignment.endWord(token, endToken, at);
            }
        }
    }

    /** Leaves what becomes of the segment in the scratch, with spaces behind, and returns where it ends, or {@link #NONE}. */
    private int read(String text, int from, int to, Scratch scratch) {
        int length = to - from;
        if (scratch.bytes.length < length + EightBytes.SLACK) {
            scratch.bytes = new byte[Math.max(length + EightBytes.SLACK, 2 * scratch.bytes.length)];
        }
        byte[] bytes = scratch.bytes;
        boolean lineEnds = false;
        for (int at = 0; at < length; at++) {
            char letter = text.charAt(from + at);
            byte made = letters[letter];
            if (made == NOT_PLAIN) {
                return NONE;
            }
            bytes[at] = made;
            lineEnds |= letter == '\r';
        }
        scratch.lineEnds = lineEnds;
        Arrays.fill(bytes, length, length + EightBytes.SLACK, (byte) ' ');
        return addedTokens.contains(bytes, 0, length) ? NONE : length;
    }

    private static int wordStart(byte[] bytes, int at, int end) {
        int start = at;
        while (start < end && bytes[start] == ' ') {
            start++;
        }
        return start;
    }

    /** Adds the tokens of the word that begins at {@code from}, with spans from {@code base} on, and returns where it ends. */
    private int addWord(int from, int base, Scratch scratch, TokenBuffer tokens) {
        byte[] bytes = scratch.bytes;
        long low = EightBytes.at(bytes, from);
        long high = 0;
        int length = EightBytes.before(low, (byte) ' ');
        if (length < Long.BYTES) {
            low = EightBytes.first(low, length);
        } else {
            high = EightBytes.at(bytes, from + Long.BYTES);
            int more = EightBytes.before(high, (byte) ' ');
            if (more == Long.BYTES) {
                return addLongWord(from, base, scratch, tokens);
            }
            length += more;
            high = EightBytes.first(high, more);
        }
        high |= (long) length << 56;
        int found = scratch.cache.find(low, high);
        if (found != WordCache.MISSING) {
            scratch.cache.append(found, base, tokens);
        } else if (encode(from, from + length, base, scratch, tokens)) {
            scratch.cache.remember(low, high, 0, scratch.words.symbols);
        }
        return from + length;
    }

    private int addLongWord(int from, int base, Scratch scratch, TokenBuffer tokens) {
        int end = from;
        while (scratch.bytes[end] != ' ') {
            end++;
        }
        encode(from, end, base, scratch, tokens);
        return end;
    }

    /** Adds the tokens of a word that is not known, leaves them in the scratch, and answers whether they tile it. */
    private boolean encode(int from, int to, int base, Scratch scratch, TokenBuffer tokens) {
        int length = mark.length + to - from;
        if (scratch.word.length < length + EightBytes.SLACK) {
            scratch.word = new byte[2 * length + EightBytes.SLACK];
        }
        System.arraycopy(mark, 0, scratch.word, 0, mark.length);
        System.arraycopy(scratch.bytes, from, scratch.word, mark.length, to - from);
        boolean tiled = model.encode(scratch.word, 0, length, scratch.words);
        Symbols symbols = scratch.words.symbols;
        for (int token = 0; token < symbols.size; token++) {
            symbols.starts[token] = letter(symbols.starts[token]);
            symbols.ends[token] = letter(symbols.ends[token]);
        }
        tokens.addAll(symbols, base);
        return tiled;
    }

    /** From bytes of a marked word to letters: the mark is one. */
    private int letter(int at) {
        return at == 0 ? 0 : at - mark.length + 1;
    }
}
