package io.github.debertastreams.model.token;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes text of tokens, step by step: each step changes the tokens, and what the last leaves is joined. Source: HF {@code Decoder}. */
sealed interface Decoder {

    List<String> apply(List<String> tokens);

    /** The text that tokens spell. */
    default String decode(List<String> tokens) {
        return String.join("", apply(tokens));
    }

    /** Without a decoder tokens are joined by spaces. */
    record Spaces() implements Decoder {
        @Override
        public List<String> apply(List<String> tokens) {
            return List.of(String.join(" ", tokens));
        }
    }

    /** The bytes that letters of {@link ByteAlphabet} stand for. */
    record ByteLevel() implements Decoder {
        @Override
        public List<String> apply(List<String> tokens) {
            return List.of(ByteAlphabet.decode(tokens));
        }
    }

    /** A space for the letter; in the first token nothing, if it is the letter that was put before the text. */
    record Metaspace(int letter, boolean prepended) implements Decoder {
        @Override
        public List<String> apply(List<String> tokens) {
            String spelled = Character.toString(letter);
            List<String> decoded = new ArrayList<>(tokens.size());
            for (int token = 0; token < tokens.size(); token++) {
                decoded.add(tokens.get(token).replace(spelled, token == 0 && prepended ? "" : " "));
            }
            return decoded;
        }
    }

    /** The bytes of neighbouring tokens such as {@code <0x41>}; where they are no UTF-8, U+FFFD for each. */
    record ByteFallback() implements Decoder {

        private static final int NO_BYTE = -1;

        @Override
        public List<String> apply(List<String> tokens) {
            List<String> decoded = new ArrayList<>(tokens.size());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String token : tokens) {
                int value = byteOf(token);
                if (value != NO_BYTE) {
                    bytes.write(value);
                } else {
                    flush(bytes, decoded);
                    decoded.add(token);
                }
            }
            flush(bytes, decoded);
            return decoded;
        }

        private static int byteOf(String token) {
            if (token.length() != 6 || !token.startsWith("<0x") || !token.endsWith(">")) {
                return NO_BYTE;
            }
            int high = hex(token.charAt(3));
            int low = hex(token.charAt(4));
            return high < 0 || low < 0 ? NO_BYTE : 16 * high + low;
        }

        /** Not {@link Character#digit}, which also takes digits of other scripts. */
        private static int hex(char letter) {
            return letter < 0x80 ? Character.digit(letter, 16) : -1;
        }

        private static void flush(ByteArrayOutputStream bytes, List<String> decoded) {
            if (bytes.size() == 0) {
                return;
            }
            try {
                decoded.add(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes.toByteArray()))
                        .toString());
            } catch (CharacterCodingException e) {
                for (int at = 0; at < bytes.size(); at++) {
                    decoded.add("\uFFFD");
                }
            }
            bytes.reset();
        }
    }

    /** Puts a text in the place of every match of a pattern. */
    record Replace(TextPattern pattern, String content) implements Decoder {
        @Override
        public List<String> apply(List<String> tokens) {
            return tokens.stream().map(this::replaced).toList();
        }

        private String replaced(String token) {
            byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
            StringBuilder text = new StringBuilder();
            for (int at = 0; at < bytes.length; ) {
                int start = pattern.find(bytes, at, bytes.length);
                text.append(new String(bytes, at, start - at, StandardCharsets.UTF_8));
                if (start < bytes.length) {
                    text.append(content);
                    at = pattern.matchEnd(bytes, start, bytes.length);
                } else {
                    at = start;
                }
            }
            return text.toString();
        }
    }

    /** Takes up to so many of a letter off the beginning and the end of each token. */
    record Strip(int letter, int mostAtStart, int mostAtEnd) implements Decoder {
        @Override
        public List<String> apply(List<String> tokens) {
            return tokens.stream().map(this::stripped).toList();
        }

        private String stripped(String token) {
            int[] letters = token.codePoints().toArray();
            int start = 0;
            while (start < Math.min(mostAtStart, letters.length) && letters[start] == letter) {
                start++;
            }
            int end = letters.length;
            while (end > start && letters.length - end < mostAtEnd && letters[end - 1] == letter) {
                end--;
            }
            return new String(letters, start, end - start);
        }
    }

    /** Joins all tokens, so that the next step sees one. */
    record Fuse() implements Decoder {
        @Override
        public List<String> apply(List<String> tokens) {
            return List.of(String.join("", tokens));
        }
    }

    /** Steps one after the other. */
    record Sequence(List<Decoder> steps) implements Decoder {
        @Override
        public List<String> apply(List<String> tokens) {
            List<String> decoded = tokens;
            for (Decoder step : steps) {
                decoded = step.apply(decoded);
            }
            return decoded;
        }
    }
}
