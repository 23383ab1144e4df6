package io.github.debertastreams.model.kernel;

/**
 * A constant matrix {@code [inner, columns]} laid out for {@link Kernels#gemm}: panels of {@code width} columns, each panel {@code
 * [inner, width]}, the last one filled up with zeros.
 */
public final class PackedMatrix {

    /** Floats of a cache line. */
    private static final int BLOCK = 16;

    private final int inner;
    private final int columns;
    private final int width;
    private final float[] panels;

    private PackedMatrix(int inner, int columns, int width, float[] panels) {
        this.inner = inner;
        this.columns = columns;
        this.width = width;
        this.panels = panels;
    }

    /** Packs the transpose of {@code weight [columns, inner]}, the layout of a checkpoint's linear layers. */
    public static PackedMatrix transposed(float[] weight, int columns, int inner, int width) {
        int count = (columns + width - 1) / width;
        float[] panels = new float[Math.multiplyExact(Math.multiplyExact(count, width), inner)];
        for (int first = 0; first < columns; first += width) {
            int end = Math.min(first + width, columns);
            for (int k = 0; k < inner; k += BLOCK) {
                packBlock(weight, first, end, inner, k, Math.min(k + BLOCK, inner), panels, width);
            }
        }
        return new PackedMatrix(inner, columns, width, panels);
    }

    /** A block reads whole cache lines, and what it writes stays in the nearest cache until it is complete. */
    private static void packBlock(
            float[] weight, int first, int end, int inner, int fromK, int toK, float[] panels, int width) {
        for (int column = first; column < end; column++) {
            int target = first * inner + column - first;
            for (int k = fromK; k < toK; k++) {
                panels[target + k * width] = weight[column * inner + k];
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

    float[] panels() {
        return panels;
    }
}
