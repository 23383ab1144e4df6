package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a step of a tokenizer searches: a literal text, or a run of characters of one kind. Matching takes time linear in the text,
 * whatever the file says. Immutable. Source: HF {@code Pattern}.
 */
interface TextPattern {

    /** The end of the match that begins at {@code at}, in UTF-8 that ends at {@code to}; {@code at} where none does. */
    int matchEnd(byte[] bytes, int at, int to);

    /** The beginning of the first match from {@code at} on, or {@code to}. */
    default int find(byte[] bytes, int at, int to) {
        int start = at;
        while (start < to && matchEnd(bytes, start, to) == start) {
            start += Utf8.length(bytes[start]);
        }
        return start;
    }

    /** One or more bytes, as they stand. */
    static TextPattern literal(String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        return (bytes, at, to) -> {
            if (to - at < wanted.length) {
                return at;
            }
            for (int next = 0; next < wanted.length; next++) {
                if (bytes[at + next] != wanted[next]) {
                    return at;
                }
            }
            return at + wanted.length;
        };
    }

    /** As many bytes of ASCII as stand together, at least {@code least}. */
    static TextPattern run(byte letter, int least) {
        return new LetterRun(letter, least);
    }

    /** See {@link #run(byte, int)}. */
    record LetterRun(byte letter, int least) implements TextPattern {
        @Override
        public int matchEnd(byte[] bytes, int at, int to) {
            int end = at;
            while (end < to && bytes[end] == letter) {
                end++;
            }
            return end - at >= least ? end : at;
        }

        @Override
        public int find(byte[] bytes, int at, int to) {
            for (int start = at; start < to; start++) {
                if (bytes[start] == letter) {
                    int end = start + 1;
                    while (end < to && bytes[end] == letter) {
                        end++;
                    }
                    if (end - start >= least) {
                        return start;
                    }
                    start = end;
                }
            }
            return to;
        }
    }

    /** A single character of a kind. */
    static TextPattern one(IntPredicate kind) {
        return (bytes, at, to) -> kind.test(Utf8.codePoint(bytes, at)) ? at + Utf8.length(bytes[at]) : at;
    }

    /** As many characters of a kind as stand together, at least {@code least}. */
    static TextPattern run(IntPredicate kind, int least) {
        return new TextPattern() {
            @Override
            public int matchEnd(byte[] bytes, int at, int to) {
                int end = at;
                int count = 0;
                while (end < to && kind.test(Utf8.codePoint(bytes, end))) {
                    end += Utf8.length(bytes[end]);
                    count++;
                }
                return count >= least ? end : at;
            }

            /** Passes over a run that is too short as a whole: to look into it again would take quadratic time. */
            @Override
            public int find(byte[] bytes, int at, int to) {
                int start = at;
                while (start < to) {
                    int end = start;
                    int count = 0;
                    while (end < to && kind.test(Utf8.codePoint(bytes, end))) {
                        end += Utf8.length(bytes[end]);
                        count++;
                    }
                    if (count >= least) {
                        return start;
                    }
                    start = count > 0 ? end : end + Utf8.length(bytes[end]);
                }
                return to;
            }
        };
    }

    /**
     * The regular expressions that tokenizer files use for this: one character, {@code \s}, or a set of characters in
     * brackets, alone or with {@code +} or <code>{n,}</code> behind. Anything else is refused.
     */
    static TextPattern regex(String where, String expression) {
        return new Reader(where, expression).read();
    }

    /** Reads a regular expression. */
    final class Reader {

        private static final int MOST_REPETITIONS = 1 << 16;

        private final String where;
        private final int[] letters;
        private int at;

        private Reader(String where, String expression) {
            this.where = where;
            this.letters = expression.codePoints().toArray();
        }

        private TextPattern read() {
            IntPredicate kind = next() == '[' ? set() : single(letters[at - 1]);
            if (at == letters.length) {
                return one(kind);
            }
            boolean isAscii = at == 1 && letters[0] < 0x80;
            int least = quantifier();
            if (at < letters.length) {
                throw unsupported();
            }
            return isAscii ? run((byte) letters[0], least) : run(kind, least);
        }

        private int next() {
            if (at == letters.length) {
                throw unsupported();
            }
            return letters[at++];
        }

        private IntPredicate single(int letter) {
            if (letter == '\\') {
                return escaped(next());
            }
            if (".^$|?*+(){}[]".indexOf(letter) >= 0) {
                throw unsupported();
            }
            return codePoint -> codePoint == letter;
        }

        private IntPredicate escaped(int letter) {
            return switch (letter) {
                case 's' -> CodePointClasses::isSpace;
                case 'n' -> codePoint -> codePoint == '\n';
                case 'r' -> codePoint -> codePoint == '\r';
                case 't' -> codePoint -> codePoint == '\t';
                default -> {
                    if (Character.isLetterOrDigit(letter)) {
                        throw unsupported();
                    }
                    yield codePoint -> codePoint == letter;
                }
            };
        }

        private IntPredicate set() {
            List<IntPredicate> kinds = new ArrayList<>();
            for (int letter = next(); letter != ']'; letter = next()) {
                if (letter == '-' || letter == '[' || letter == '^' || letter == '&') {
                    throw unsupported();
                }
                int literal = letter;
                kinds.add(letter == '\\' ? escaped(next()) : codePoint -> codePoint == literal);
            }
            if (kinds.isEmpty()) {
                throw unsupported();
            }
            return codePoint -> kinds.stream().anyMatch(kind -> kind.test(codePoint));
        }

        /** The least number of repetitions in {@code +} or <code>{n,}</code>. */
        private int quantifier() {
            int letter = next();
            if (letter == '+') {
                return 1;
            }
            int least = 0;
            if (letter == '{') {
                for (letter = next(); letter >= '0' && letter <= '9' && least <= MOST_REPETITIONS; letter = next()) {
                    least = 10 * least + letter - '0';
                }
            }
            if (letter != ',' || least < 1 || next() != '}') {
                throw unsupported();
            }
            return least;
        }

        private ModelException unsupported() {
            return ModelException.bundle(
                    where + " '" + new String(letters, 0, letters.length)
                            + "' is not supported, expected one character, \\s or a set in brackets, alone or followed by + or {n,}");
        }
    }
}
