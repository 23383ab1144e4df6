package io.github.debertastreams.model.token;

import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text at a set of added tokens: leftmost match first, longest where several start at one place.
 *
 * <p>Source: HF {@code AddedVocabulary::find_matches}.
 */
final class AddedTokenMatcher {

    /** Receives the parts of a text in order; together they cover it. */
    interface Parts {
        void text(int from, int to);

        void added(AddedToken token, int from, int to);
    }

    private static final class Node {
        /** Ascending. */
        final char[] letters;

        final Node[] children;
        final @Nullable AddedToken token;

        Node(Draft draft) {
            this.token = draft.token;
            this.letters = new char[draft.children.size()];
            this.children = new Node[letters.length];
            int child = 0;
            for (var entry : draft.children.entrySet()) {
                letters[child] = entry.getKey();
                children[child++] = new Node(entry.getValue());
            }
        }

        @Nullable
        Node child(char letter) {
            int child = Arrays.binarySearch(letters, letter);
            return child < 0 ? null : children[child];
        }
    }

    private static final class Draft {
        final TreeMap<Character, Draft> children = new TreeMap<>();

        @Nullable
        AddedToken token;
    }

    private final Node root;
    /** Bit set over UTF-16 units that begin a token: most text is passed over without touching the trie. */
    private final long[] firstUnits = new long[1 << 10];

    /** Contents must not be empty. */
    AddedTokenMatcher(Iterable<AddedToken> tokens) {
        Draft draft = new Draft();
        for (AddedToken token : tokens) {
            Draft node = draft;
            for (int at = 0; at < token.content().length(); at++) {
                node = node.children.computeIfAbsent(token.content().charAt(at), letter -> new Draft());
            }
            node.token = token;
            char first = token.content().charAt(0);
            firstUnits[first >> 6] |= 1L << first;
        }
        this.root = new Node(draft);
    }

    /** Cuts {@code text[from, to)}; what lies outside is not looked at, not even for word boundaries. */
    void split(String text, int from, int to, Parts parts) {
        int covered = from;
        int at = from;
        while (at < to) {
            AddedToken token = startsToken(text.charAt(at)) ? longestAt(text, at, to) : null;
            if (token == null) {
                at++;
                continue;
            }
            int start = at;
            int end = at + token.content().length();
            // The search goes on behind the match itself, also when the match is refused or swallows white space.
            at = end;
            if (token.singleWord() && (wordBefore(text, from, start) || wordAfter(text, end, to))) {
                continue;
            }
            if (token.leftStrip()) {
                // What the match before has covered is its own.
                start = spacesBefore(text, Math.min(covered, start), start);
            }
            if (token.rightStrip()) {
                end = spacesAfter(text, end, to);
            }
            if (covered < start) {
                parts.text(covered, start);
            }
            parts.added(token, start, end);
            covered = end;
        }
        if (covered < to) {
            parts.text(covered, to);
        }
    }

    /** Whether a token begins with this unit. */
    boolean startsToken(char unit) {
        return (firstUnits[unit >> 6] & (1L << unit)) != 0;
    }

    private @Nullable AddedToken longestAt(String text, int at, int to) {
        AddedToken longest = null;
        Node node = root;
        for (int next = at; next < to; next++) {
            node = node.child(text.charAt(next));
            if (node == null) {
                break;
            }
            if (node.token != null) {
                longest = node.token;
            }
        }
        return longest;
    }

    private static boolean wordBefore(String text, int from, int start) {
        return start > from && CodePointClasses.isWord(text.codePointBefore(start));
    }

    private static boolean wordAfter(String text, int end, int to) {
        return end < to && CodePointClasses.isWord(text.codePointAt(end));
    }

    private static int spacesBefore(String text, int from, int start) {
        int at = start;
        while (at > from && CodePointClasses.isSpace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int spacesAfter(String text, int end, int to) {
        int at = end;
        while (at < to && CodePointClasses.isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
