package io.github.debertastreams.model.token;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A part of a text on its way to the model: the UTF-8 bytes {@code [from, to)} of {@code bytes}, cut into pieces, and, if it is
 * {@link #aligned}, the place in the text from which each character came.
 *
 * <p>A step either moves the ends, or rewrites the text: it begins, then keeps, copies, replaces and inserts from front to back, then
 * ends. {@link #keep}, {@link #replace} and {@link #write} follow HF's {@code NormalizedString::transform}, {@link #copy} and {@link #insert} its
 * {@code replace}; a step uses these or those, for the two align what they remove to different characters. Reused, for one thread
 * at a time.
 */
final class NormalizedText {

    /** In place of an added token's id: a piece for the model. */
    static final int NO_TOKEN = -1;

    /** Bytes that may be read behind the text, since keys of words are read 8 bytes at a time. */
    private static final int SLACK = EightBytes.SLACK;

    /** Larger buffers are let go after use, so that one huge text does not pin its memory. */
    static final int KEPT_BYTES = 1 << 20;

    byte[] bytes = new byte[1 << 10];
    int from;
    int to;

    private boolean aligned;
    /** UTF-16 span of each character, at the position of its first byte. */
    private int[] starts = new int[0];

    private int[] ends = new int[0];

    // What a step writes.
    private byte[] newBytes = new byte[1 << 10];
    private int newTo;
    /** What all arrays that this step writes have room for. */
    private int newCapacity;

    private int[] newStarts = new int[0];
    private int[] newEnds = new int[0];
    /** HF's change of each character, at the position of its first byte: 1 is new, 0 replaces one, -n replaces one and removes n. */
    private int[] changes = new int[0];

    private int lastCharacter;

    // Pieces: they tile the text, unless a step has taken something out.
    private int[] pieceFroms = new int[64];
    private int[] pieceTos = new int[64];
    private int[] pieceTokens = new int[64];
    private int pieces;
    private int[] newPieceFroms = new int[64];
    private int[] newPieceTos = new int[64];
    private int[] newPieceTokens = new int[64];
    private int newPieces;

    /** Starts with {@code text[start, end)}, free of lone surrogates, as one piece. */
    void reset(String text, int start, int end, boolean withAlignments) {
        aligned = withAlignments;
        int most = 3 * (end - start) + SLACK;
        if (bytes.length < most) {
            bytes = new byte[Math.max(most, 2 * bytes.length)];
        }
        from = 0;
        to = Utf8.encode(text, start, end, bytes, 0);
        if (aligned) {
            starts = grown(starts, bytes.length);
            ends = grown(ends, bytes.length);
            alignTo(start);
        }
        pieces = 0;
    }

    private static int[] grown(int[] array, int capacity) {
        return array.length >= capacity ? array : Arrays.copyOf(array, capacity);
    }

    private void alignTo(int start) {
        int unit = start;
        for (int at = 0; at < to; ) {
            int length = Utf8.length(bytes[at]);
            int next = unit + (length == 4 ? 2 : 1);
            starts[at] = unit;
            ends[at] = next;
            unit = next;
            at += length;
        }
    }

    /** Lets go of what one huge text needed. */
    void shrink() {
        if (Math.max(bytes.length, newBytes.length) > KEPT_BYTES) {
            bytes = new byte[1 << 10];
            newBytes = new byte[1 << 10];
            starts = new int[0];
            ends = new int[0];
            newStarts = new int[0];
            newEnds = new int[0];
            changes = new int[0];
            pieceFroms = new int[64];
            pieceTos = new int[64];
            pieceTokens = new int[64];
            newPieceFroms = new int[64];
            newPieceTos = new int[64];
            newPieceTokens = new int[64];
        }
    }

    /** Whether {@link #start} and {@link #end} may be asked. */
    boolean aligned() {
        return aligned;
    }

    /** Where the character that holds this byte begins in the text. */
    int start(int at) {
        return starts[lead(at)];
    }

    /** Where the character that holds this byte ends in the text. */
    int end(int at) {
        return ends[lead(at)];
    }

    private int lead(int at) {
        int lead = at;
        while (Utf8.isContinuation(bytes[lead])) {
            lead--;
        }
        return lead;
    }

    String string(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    // ---- Steps that rewrite

    void begin() {
        newTo = 0;
        newCapacity = 0;
        lastCharacter = -1;
        reserve(to - from);
    }

    private void reserve(int more) {
        if (newTo + more + SLACK > newCapacity) {
            grow(newTo + more + SLACK);
        }
    }

    private void grow(int least) {
        if (newBytes.length < least) {
            newBytes = Arrays.copyOf(newBytes, Math.max(least, 2 * newBytes.length));
        }
        if (aligned) {
            newStarts = grown(newStarts, newBytes.length);
            newEnds = grown(newEnds, newBytes.length);
            changes = grown(changes, newBytes.length);
        }
        newCapacity = newBytes.length;
    }

    /** Takes over {@code [start, end)} character by character. */
    void keep(int start, int end) {
        if (start == end) {
            return;
        }
        reserve(end - start);
        System.arraycopy(bytes, start, newBytes, newTo, end - start);
        if (aligned) {
            Arrays.fill(changes, newTo, newTo + end - start, 0);
            lastCharacter = newTo + lead(end - 1) - start;
        }
        newTo += end - start;
    }

    /**
     * Writes {@code content[start, end)} in the place of {@code replaced} characters. What is removed counts with the last character
     * written, and is not counted where none has been: HF's alignments run behind from there on.
     */
    void replace(int replaced, byte[] content, int start, int end) {
        reserve(end - start);
        System.arraycopy(content, start, newBytes, newTo, end - start);
        if (aligned) {
            int written = 0;
            for (int at = start; at < end; at += Utf8.length(content[at])) {
                lastCharacter = newTo + at - start;
                changes[lastCharacter] = written++ < replaced ? 0 : 1;
            }
            if (written < replaced && lastCharacter >= 0) {
                changes[lastCharacter] -= replaced - written;
            }
        }
        newTo += end - start;
    }

    /** Writes one character with its change: 1 is new, 0 replaces one, -n replaces one and removes the n behind it. */
    void write(byte[] letter, int length, int change) {
        reserve(length);
        System.arraycopy(letter, 0, newBytes, newTo, length);
        if (aligned) {
            changes[newTo] = change;
            lastCharacter = newTo;
        }
        newTo += length;
    }

    /** Ends a step of {@link #keep}, {@link #replace} and {@link #write}. */
    void endTransformation() {
        if (aligned) {
            int source = from;
            int previous = from;
            for (int at = 0; at < newTo; at += Utf8.length(newBytes[at])) {
                boolean added = changes[at] > 0;
                newStarts[at] = starts[added ? previous : source];
                newEnds[at] = ends[added ? previous : source];
                for (int change = changes[at]; change <= 0; change++) {
                    previous = source;
                    source += Utf8.length(bytes[source]);
                }
            }
        }
        takeOver();
    }

    /** Takes over {@code [start, end)} as it is aligned. */
    void copy(int start, int end) {
        reserve(end - start);
        System.arraycopy(bytes, start, newBytes, newTo, end - start);
        if (aligned) {
            System.arraycopy(starts, start, newStarts, newTo, end - start);
            System.arraycopy(ends, start, newEnds, newTo, end - start);
        }
        newTo += end - start;
    }

    /** Writes characters that are aligned to the one that holds the byte {@code source}. */
    void insert(byte[] content, int source) {
        reserve(content.length);
        System.arraycopy(content, 0, newBytes, newTo, content.length);
        if (aligned) {
            Arrays.fill(newStarts, newTo, newTo + content.length, start(source));
            Arrays.fill(newEnds, newTo, newTo + content.length, end(source));
        }
        newTo += content.length;
    }

    /** Where the next byte is written. */
    int position() {
        return newTo;
    }

    /** Ends a step of {@link #copy} and {@link #insert}. */
    void endReplacement() {
        takeOver();
    }

    private void takeOver() {
        byte[] freeBytes = bytes;
        bytes = newBytes;
        newBytes = freeBytes;
        if (aligned) {
            int[] freeStarts = starts;
            starts = newStarts;
            newStarts = freeStarts;
            int[] freeEnds = ends;
            ends = newEnds;
            newEnds = freeEnds;
        }
        from = 0;
        to = newTo;
    }

    // ---- Pieces

    int pieces() {
        return pieces;
    }

    int pieceFrom(int piece) {
        return pieceFroms[piece];
    }

    int pieceTo(int piece) {
        return pieceTos[piece];
    }

    /** The id of the added token that a piece is, or {@link #NO_TOKEN}. */
    int pieceToken(int piece) {
        return pieceTokens[piece];
    }

    void beginPieces() {
        newPieces = 0;
    }

    /** Adds the next piece; an empty one is dropped. */
    void addPiece(int start, int end, int token) {
        if (start == end) {
            return;
        }
        if (newPieces == newPieceFroms.length) {
            newPieceFroms = Arrays.copyOf(newPieceFroms, 2 * newPieces);
            newPieceTos = Arrays.copyOf(newPieceTos, 2 * newPieces);
            newPieceTokens = Arrays.copyOf(newPieceTokens, 2 * newPieces);
        }
        newPieceFroms[newPieces] = start;
        newPieceTos[newPieces] = end;
        newPieceTokens[newPieces++] = token;
    }

    void endPieces() {
        int[] froms = pieceFroms;
        int[] tos = pieceTos;
        int[] tokens = pieceTokens;
        pieceFroms = newPieceFroms;
        pieceTos = newPieceTos;
        pieceTokens = newPieceTokens;
        pieces = newPieces;
        newPieceFroms = froms;
        newPieceTos = tos;
        newPieceTokens = tokens;
    }
}
