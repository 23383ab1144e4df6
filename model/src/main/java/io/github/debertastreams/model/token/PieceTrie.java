package io.github.debertastreams.model.token;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The pieces of a vocabulary by their UTF-8 bytes, as a double array: a node's base, combined by exclusive or with a byte, is the slot of
 * the child, which knows its parent by that base. Source: Aoe (1989). Immutable once built.
 *
 * <p>Callers walk it themselves, so that nothing is allocated and one loop does it all:
 *
 * <pre>{@code
 * int base = trie.root();
 * for (int at = from; at < to; at++) {
 *     int slot = base ^ (bytes[at] & 0xFF);
 *     if (trie.units[2 * slot + 1] != base) break;     // no piece goes on like this
 *     base = trie.units[2 * slot] >>> 1;
 *     if ((trie.units[2 * slot] & 1) != 0) …           // bytes[from, at] is the piece trie.values[slot]
 * }
 * }</pre>
 */
final class PieceTrie {

    private static final int BLOCK = 256;

    /** A base is searched in this many of the last blocks only; the holes that remain before them are few. */
    private static final int OPEN_BLOCKS = 16;

    private static final int UNUSED = -1;

    /** For each slot the base of its children, doubled, plus 1 if a piece ends there; then the base of its parent. */
    int[] units = new int[0];
    /** For each slot at which a piece ends, the piece's index. */
    int[] values = new int[0];

    private final byte[][] pieces;
    private final int root;

    // What building needs: free slots as a ring of both directions, and which bases are taken.
    private int[] nextFree = new int[0];
    private int[] previousFree = new int[0];
    private boolean[] baseTaken = new boolean[0];
    private int firstFree = UNUSED;
    private int slots;

    private PieceTrie(byte[][] pieces, Integer[] order) {
        this.pieces = pieces;
        this.root = build(order);
        nextFree = new int[0];
        previousFree = new int[0];
        baseTaken = new boolean[0];
    }

    /** A trie whose values are indexes into {@code pieces}; an empty piece is never found. No two may be equal. */
    static PieceTrie of(byte[][] pieces) {
        Integer[] order = new Integer[pieces.length];
        Arrays.setAll(order, piece -> piece);
        Arrays.sort(order, Comparator.comparing(piece -> pieces[piece], Arrays::compareUnsigned));
        return new PieceTrie(pieces, order);
    }

    /** The base at which every walk begins. */
    int root() {
        return root;
    }

    /** The index of the piece {@code bytes[from, to)}, or -1. */
    int find(byte[] bytes, int from, int to) {
        int base = root;
        int slot = -1;
        for (int at = from; at < to; at++) {
            slot = base ^ (bytes[at] & 0xFF);
            if (units[2 * slot + 1] != base) {
                return -1;
            }
            base = units[2 * slot] >>> 1;
        }
        return slot >= 0 && (units[2 * slot] & 1) != 0 ? values[slot] : -1;
    }

    /** A node still to be built: the sorted pieces {@code [from, to)} share their first {@code depth} bytes. */
    private record Branch(int slot, int from, int to, int depth) {}

    private int build(Integer[] order) {
        int top = UNUSED;
        // Depth first, as a list: a piece may be longer than a call stack is deep.
        ArrayDeque<Branch> branches = new ArrayDeque<>();
        branches.push(new Branch(UNUSED, 0, order.length, 0));
        int[] labels = new int[BLOCK];
        int[] begins = new int[BLOCK + 1];
        while (!branches.isEmpty()) {
            Branch branch = branches.pop();
            int first = branch.from();
            while (first < branch.to() && pieces[order[first]].length == branch.depth()) {
                if (branch.slot() != UNUSED) {
                    units[2 * branch.slot()] |= 1;
                    values[branch.slot()] = order[first];
                }
                first++;
            }
            int children = 0;
            for (int at = first; at < branch.to(); at++) {
                int label = pieces[order[at]][branch.depth()] & 0xFF;
                if (children == 0 || labels[children - 1] != label) {
                    begins[children] = at;
                    labels[children++] = label;
                }
            }
            begins[children] = branch.to();
            int base = place(labels, children);
            if (branch.slot() == UNUSED) {
                top = base;
            } else {
                units[2 * branch.slot()] |= base << 1;
            }
            for (int child = 0; child < children; child++) {
                branches.push(new Branch(base ^ labels[child], begins[child], begins[child + 1], branch.depth() + 1));
            }
        }
        units = Arrays.copyOf(units, 2 * slots);
        values = Arrays.copyOf(values, slots);
        return top;
    }

    /** Finds a base at which all labels are free, and takes their slots. A leaf gets base 0, which is nobody's parent. */
    private int place(int[] labels, int count) {
        if (count == 0) {
            if (slots == 0) {
                addBlock();
            }
            return 0;
        }
        int base = freeBase(labels, count);
        baseTaken[base] = true;
        for (int child = 0; child < count; child++) {
            int slot = base ^ labels[child];
            unlink(slot);
            units[2 * slot + 1] = base;
        }
        return base;
    }

    private int freeBase(int[] labels, int count) {
        int slot = firstFree;
        while (slot != UNUSED) {
            int base = slot ^ labels[0];
            if (base != 0 && !baseTaken[base] && allFree(base, labels, count)) {
                return base;
            }
            slot = nextFree[slot] == firstFree ? UNUSED : nextFree[slot];
        }
        int block = slots;
        addBlock();
        return block == 0 ? 1 : block;
    }

    private boolean allFree(int base, int[] labels, int count) {
        for (int child = 0; child < count; child++) {
            if (units[2 * (base ^ labels[child]) + 1] != UNUSED) {
                return false;
            }
        }
        return true;
    }

    private void addBlock() {
        int begin = slots;
        slots += BLOCK;
        if (values.length < slots) {
            int capacity = Math.max(slots, values.length + (values.length >> 1));
            units = Arrays.copyOf(units, 2 * capacity);
            values = Arrays.copyOf(values, capacity);
            nextFree = Arrays.copyOf(nextFree, capacity);
            previousFree = Arrays.copyOf(previousFree, capacity);
            baseTaken = Arrays.copyOf(baseTaken, capacity);
        }
        for (int slot = begin; slot < slots; slot++) {
            units[2 * slot + 1] = UNUSED;
            if (firstFree == UNUSED) {
                firstFree = slot;
                nextFree[slot] = slot;
                previousFree[slot] = slot;
            } else {
                int last = previousFree[firstFree];
                nextFree[last] = slot;
                previousFree[slot] = last;
                nextFree[slot] = firstFree;
                previousFree[firstFree] = slot;
            }
        }
        int closed = begin - OPEN_BLOCKS * BLOCK;
        for (int slot = Math.max(0, closed); slot < closed + BLOCK; slot++) {
            if (units[2 * slot + 1] == UNUSED) {
                unlink(slot);
            }
        }
    }

    private void unlink(int slot) {
        if (nextFree[slot] == slot) {
            firstFree = UNUSED;
            return;
        }
        nextFree[previousFree[slot]] = nextFree[slot];
        previousFree[nextFree[slot]] = previousFree[slot];
        if (firstFree == slot) {
            firstFree = nextFree[slot];
        }
    }
}
