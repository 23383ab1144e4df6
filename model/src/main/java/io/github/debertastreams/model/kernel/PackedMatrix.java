package io.github.debertastreams.model.kernel;

/**
 * A constant matrix {@code [inner, columns]} laid out for {@link Kernels#gemm}: panels of {@code width} columns, each panel {@code
 * [inner, width]}, the last one filled up with zeros.
 */
public final class PackedMatrix {

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
        for (int column = 0; column < columns; column++) {
            int base = (column / width) * width * inner + column % width;
            for (int k = 0; k < inner; k++) {
                panels[base + k * width] = weight[column * inner + k];
            }
        }
        return new PackedMatrix(inner, columns, width, panels);
    }

    public int inner() {
        return inner;
    }

    public int columns() {
        return columns;
    }

    int width() {
        return width;
    }

    float[] panels() {
        return panels;
    }
}
