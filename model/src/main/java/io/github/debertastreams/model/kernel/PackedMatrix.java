package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.weights.MatrixRows;

/**
 * A constant matrix {@code [inner, columns]} laid out for {@link Kernels#gemm}: panels of {@code width} columns, each panel {@code
 * [inner, width]}, the last one filled up with zeros.
 */
public final class PackedMatrix {

    private static final int BLOCK = CacheLines.FLOATS;

    private final int inner;
    private final int columns;
    private final int width;
    private final float[] panels;
    private final int[] pairs;

    private PackedMatrix(int inner, int columns, int width, float[] panels, int[] pairs) {
        this.inner = inner;
        this.columns = columns;
        this.width = width;
        this.panels = panels;
        this.pairs = pairs;
    }

    /** {@link #paired} if the format is bfloat16 and the sizes allow it, else {@link #transposed}. */
    static PackedMatrix of(WeightFormat format, MatrixRows weight, int columns, int inner, int width) {
        return format == WeightFormat.BF16 && columns % width == 0 && inner % 2 == 0
                ? paired(weight, columns, inner, width)
                : transposed(weight, columns, inner, width);
    }

    /** Packs the transpose of {@code weight [columns, inner]}, the layout of a checkpoint's linear layers. */
    static PackedMatrix transposed(MatrixRows weight, int columns, int inner, int width) {
        int count = (columns + width - 1) / width;
        float[] panels =
                new float[Math.addExact(CacheLines.FIRST, Math.multiplyExact(Math.multiplyExact(count, width), inner))];
        float[] rows = new float[Math.multiplyExact(width, inner)];
        for (int first = 0; first < columns; first += width) {
            int end = Math.min(first + width, columns);
            for (int column = first; column < end; column++) {
                weight.copy(column, rows, (column - first) * inner);
            }
            for (int k = 0; k < inner; k += BLOCK) {
                packBlock(
                        rows,
                        end - first,
                        inner,
                        k,
                        Math.min(k + BLOCK, inner),
                        panels,
                        CacheLines.FIRST + first * inner,
                        width);
            }
        }
        return new PackedMatrix(inner, columns, width, panels, new int[0]);
    }

    /**
     * The same, rounded to bfloat16: a panel is {@code [inner / 2, width]}, each int with an even row's value in its low half and the
     * next row's in its high half.
     *
     * @param columns a multiple of {@code width}
     * @param inner an even number
     */
    static PackedMatrix paired(MatrixRows weight, int columns, int inner, int width) {
        int[] pairs = new int[Math.addExact(CacheLines.FIRST, Math.multiplyExact(columns, inner / 2))];
        float[] row = new float[inner];
        for (int column = 0; column < columns; column++) {
            weight.copy(column, row, 0);
            int target = CacheLines.FIRST + (column - column % width) * (inner / 2) + column % width;
            for (int k = 0; k < inner; k += 2) {
                pairs[target + k / 2 * width] = bfloat16(row[k]) | bfloat16(row[k + 1]) << Short.SIZE;
            }
        }
        return new PackedMatrix(inner, columns, width, new float[0], pairs);
    }

    /** To the nearest, ties to even. */
    private static int bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (bits >>> Short.SIZE) | 1; // the bits that say so may be among those that go
        }
        return (bits + 0x7fff + (bits >>> Short.SIZE & 1)) >>> Short.SIZE;
    }

    /** A block reads whole cache lines, and what it writes stays in the nearest cache until it is complete. */
    private static void packBlock(
            float[] rows, int count, int inner, int fromK, int toK, float[] panels, int target, int width) {
        for (int column = 0; column < count; column++) {
            for (int k = fromK; k < toK; k++) {
                panels[target + k * width + column] = rows[column * inner + k];
            }
        }
    }

    public int inner() {
        return inner;
    }

    public int columns() {
        return columns;
    }

    /** Panels, the one that is filled up included. */
    public int panelCount() {
        return (columns + width - 1) / width;
    }

    int width() {
        return width;
    }

    /** Whether it is in {@link #pairs} rather than in {@link #panels}. */
    boolean isPaired() {
        return pairs.length > 0;
    }

    /** Where the first panel begins in {@link #panels} or {@link #pairs}. */
    int start() {
        return CacheLines.FIRST;
    }

    float[] panels() {
        return panels;
    }

    int[] pairs() {
        return pairs;
    }
}
