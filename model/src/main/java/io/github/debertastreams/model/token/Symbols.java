package io.github.debertastreams.model.token;

import java.util.Arrays;

/** The symbols of one word while they merge, and its tokens afterwards: ids, and where each lies in the buffer. Reused. */
final class Symbols {

    int[] ids = new int[64];
    /** Byte positions of each symbol, end exclusive. They tile the word, unless bytes without a letter were dropped. */
    int[] starts = new int[64];

    int[] ends = new int[64];
    /** Rank of the merge of each symbol with its right neighbour. */
    int[] ranks = new int[64];

    int size;

    // The long way: a linked list and a heap, allocated by the first long word.
    int[] previous = new int[0];
    int[] next = new int[0];
    final LongHeap heap = new LongHeap();

    void reset(int capacity) {
        size = 0;
        if (ids.length < capacity) {
            ids = new int[capacity];
            starts = new int[capacity];
            ends = new int[capacity];
            ranks = new int[capacity];
        }
    }

    void add(int id, int start, int end) {
        ids[size] = id;
        starts[size] = start;
        ends[size++] = end;
    }

    void linkAll() {
        if (next.length < size) {
            previous = new int[ids.length];
            next = new int[ids.length];
        }
        for (int at = 0; at < size; at++) {
            previous[at] = at - 1;
            next[at] = at + 1 < size ? at + 1 : -1;
        }
        heap.clear();
    }

    /** Closes the gaps that the linked list jumps over. */
    void compactLinked() {
        int kept = 0;
        for (int at = size == 0 ? -1 : 0; at >= 0; at = next[at]) {
            ids[kept] = ids[at];
            starts[kept] = starts[at];
            ends[kept++] = ends[at];
        }
        size = kept;
    }

    /** A binary min-heap of longs. */
    static final class LongHeap {
        private long[] values = new long[0];
        private int size;

        void clear() {
            size = 0;
        }

        boolean isEmpty() {
            return size == 0;
        }

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, Math.max(256, 2 * size));
            }
            int at = size++;
            while (at > 0 && values[(at - 1) / 2] > value) {
                values[at] = values[(at - 1) / 2];
                at = (at - 1) / 2;
            }
            values[at] = value;
        }

        long removeLeast() {
            long least = values[0];
            long last = values[--size];
            int at = 0;
            for (int child = 1; child < size; child = 2 * at + 1) {
                if (child + 1 < size && values[child + 1] < values[child]) {
                    child++;
                }
                if (values[child] >= last) {
                    break;
                }
                values[at] = values[child];
                at = child;
            }
            values[at] = last;
            return least;
        }
    }
}
