package io.github.debertastreams.model.token;

import java.util.Arrays;

/**
 * One of Unicode's normalization forms, with the tables of HF's own library, which are those of Unicode 9: later characters stay as they
 * are. Source: UAX #15; HF {@code NFC}, {@code NFD}, {@code NFKC}, {@code NFKD}.
 */
final class UnicodeNormalizer implements Normalizer {

    /** The normalization forms of UAX #15. */
    enum Form {
        NFC(true, false),
        NFD(false, false),
        NFKC(true, true),
        NFKD(false, true);

        private final boolean composes;
        private final boolean compatible;

        Form(boolean composes, boolean compatible) {
            this.composes = composes;
            this.compatible = compatible;
        }
    }

    private static final int BLOCK_BITS = 6;

    private final Form form;
    /** A bit for each code point that stays as it is, whatever stands before it: text of those alone is in the form. */
    private final long[] plain = new long[(Character.MAX_CODE_POINT + 1) >> BLOCK_BITS];

    UnicodeNormalizer(Form form) {
        this.form = form;
        Arrays.fill(plain, -1L);
        UnicodeDecompositions.known()
                .filter(codePoint -> !UnicodeDecompositions.isInert(codePoint, form.compatible, form.composes))
                .forEach(codePoint -> plain[codePoint >> BLOCK_BITS] &= ~(1L << codePoint));
    }

    @Override
    public void normalize(NormalizedText text) {
        byte[] bytes = text.bytes;
        int to = text.to;
        int at = plainEnd(bytes, text.from, to);
        if (at == to) {
            return;
        }
        Stretch stretch = new Stretch();
        text.begin();
        int kept = text.from;
        while (at < to) {
            // what stands before may be composed with what is here
            int start = at == kept ? at : previous(bytes, at);
            int end = otherEnd(bytes, at, to);
            text.keep(kept, start);
            stretch.decompose(bytes, start, end);
            stretch.sort();
            if (form.composes) {
                stretch.compose();
            }
            stretch.write(text);
            kept = end;
            at = plainEnd(bytes, end, to);
        }
        text.keep(kept, to);
        text.endTransformation();
    }

    private boolean isPlain(byte[] bytes, int at) {
        int codePoint = Utf8.codePoint(bytes, at);
        return (plain[codePoint >> BLOCK_BITS] & (1L << codePoint)) != 0;
    }

    /** The first character from here on that is not plain. */
    private int plainEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] >= 0 || isPlain(bytes, at))) { // ASCII is plain in each form
            at += Utf8.length(bytes[at]);
        }
        return at;
    }

    /** The first character from here on that is plain. */
    private int otherEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && !isPlain(bytes, at)) {
            at += Utf8.length(bytes[at]);
        }
        return at;
    }

    private static int previous(byte[] bytes, int at) {
        int previous = at - 1;
        while (Utf8.isContinuation(bytes[previous])) {
            previous--;
        }
        return previous;
    }

    /** Characters between two plain ones, the first of which they may be composed with. */
    private final class Stretch {

        private static final int CLASS_SHIFT = 32;

        private int[] codePoints = new int[16];
        /** HF's change of each character: 1 is new, 0 replaces one, -n replaces one and removes n. */
        private int[] changes = new int[16];
        /** The combining class of each character, and where it stands in the two arrays. */
        private long[] order = new long[16];

        private int length;

        void decompose(byte[] bytes, int start, int end) {
            length = 0;
            for (int at = start; at < end; at += Utf8.length(bytes[at])) {
                int codePoint = Utf8.codePoint(bytes, at);
                int first = length;
                if (UnicodeDecompositions.isHangul(codePoint)) {
                    for (int part : UnicodeDecompositions.jamo(codePoint)) {
                        add(part, first);
                    }
                } else {
                    int[] parts = UnicodeDecompositions.of(codePoint, form.compatible);
                    for (int part : parts) {
                        add(part, first);
                    }
                    if (parts.length == 0) {
                        add(codePoint, first);
                    }
                }
            }
        }

        private void add(int codePoint, int first) {
            if (length == codePoints.length) {
                codePoints = Arrays.copyOf(codePoints, 2 * length);
                changes = Arrays.copyOf(changes, 2 * length);
                order = Arrays.copyOf(order, 2 * length);
            }
            codePoints[length] = codePoint;
            changes[length] = length == first ? 0 : 1;
            order[length] = ((long) UnicodeDecompositions.combiningClass(codePoint) << CLASS_SHIFT) | length;
            length++;
        }

        /** Brings each run of combining characters into the order of their classes; equal ones stay as they stand. */
        void sort() {
            for (int from = 0; from < length; from++) {
                int to = from;
                while (to < length && order[to] >>> CLASS_SHIFT != 0) {
                    to++;
                }
                if (to - from > 1) {
                    Arrays.sort(order, from, to);
                }
                from = to;
            }
            int[] sortedCodePoints = new int[codePoints.length];
            int[] sortedChanges = new int[codePoints.length];
            for (int i = 0; i < length; i++) {
                sortedCodePoints[i] = codePoints[(int) order[i]];
                sortedChanges[i] = changes[(int) order[i]];
            }
            codePoints = sortedCodePoints;
            changes = sortedChanges;
        }

        void compose() {
            int written = 0;
            int starter = -1;
            int blocked = -1; // the class of the last character behind the starter that was not composed with it
            for (int i = 0; i < length; i++) {
                int combiningClass = (int) (order[i] >>> CLASS_SHIFT);
                if (starter >= 0 && combiningClass > blocked) {
                    int composed = UnicodeDecompositions.compose(codePoints[starter], codePoints[i]);
                    if (composed >= 0) {
                        codePoints[starter] = composed;
                        changes[starter] += changes[i] - 1;
                        continue;
                    }
                }
                if (combiningClass == 0) {
                    starter = written;
                    blocked = -1;
                } else {
                    blocked = combiningClass;
                }
                codePoints[written] = codePoints[i];
                changes[written++] = changes[i];
            }
            length = written;
        }

        void write(NormalizedText text) {
            byte[] letter = new byte[4];
            for (int i = 0; i < length; i++) {
                text.write(letter, Utf8.encode(codePoints[i], letter), changes[i]);
            }
        }
    }
}
