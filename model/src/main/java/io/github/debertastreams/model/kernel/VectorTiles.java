package io.github.debertastreams.model.kernel;

import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles in use on this machine: as large as its registers allow. They are not timed at start, where a trial would have to wait for
 * the compiler: each candidate takes half a second until it is compiled, and before that the interpreter is what is timed.
 */
final class VectorTiles {

    /**
     * 16 registers (up to 256 bits on x86) hold six rows of two vectors; 32 hold eight rows of three. Elsewhere there are 32, and a fence, as
     * {@link InterleavedTiles} have them, is an instruction.
     */
    private static final boolean FEW_REGISTERS = FloatVector.SPECIES_PREFERRED.vectorBitSize() <= 256
            && List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

    /** Two vectors wide. */
    static final TileFamily<float[]> NARROW = new TileFamily<>(
            NarrowTiles.WIDTH,
            FEW_REGISTERS ? NarrowTiles.SIX : NarrowTiles.EIGHT,
            List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));

    /** As many columns as they come out even with. */
    private static final TileFamily<float[]> WIDE = FEW_REGISTERS
            ? NARROW
            : new TileFamily<>(WideTiles.WIDTH, WideTiles.EIGHT, List.of(WideTiles.FOUR, WideTiles.TWO, WideTiles.ONE));

    /** The fastest, for products with weights. */
    static final TileFamily<float[]> PACKED = FEW_REGISTERS
            ? new TileFamily<>(
                    InterleavedTiles.WIDTH,
                    InterleavedTiles.SIX,
                    List.of(InterleavedTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE))
            : WIDE;

    /** For products with weights in bfloat16. */
    static final TileFamily<int[]> PAIRED = new TileFamily<>(
            PairedTiles.WIDTH,
            FEW_REGISTERS ? PairedTiles.FOUR : PairedTiles.EIGHT,
            FEW_REGISTERS
                    ? List.of(PairedTiles.TWO, PairedTiles.ONE)
                    : List.of(PairedTiles.FOUR, PairedTiles.TWO, PairedTiles.ONE));

    /** Where attention's neighbours have a product of their own: with narrow panels as many rows as those have columns, so that both end together. */
    static final int FEW_ROWS =
            FEW_REGISTERS ? InterleavedTiles.WIDTH : NARROW.tallest().rows();

    private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

    /** Of x86's and ARM's first vector instructions, which every JVM with vectors has. */
    private static final int FEWEST_BITS = 128;

    /** Columns of a product from which on it gains more from interleaved rows than laying these out takes. */
    private static final int WORTH_INTERLEAVING = 80;

    private VectorTiles() {}

    static boolean registersAreTooShort() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize() < FEWEST_BITS;
    }

    /** The tiles for a product with weights, packed in panels of a width. */
    static TileFamily<float[]> forPanels(int width, int inner) {
        boolean odd = FEW_REGISTERS && inner % InterleavedTiles.STEPS > 0;
        return width == PACKED.width() && !odd ? PACKED : NARROW;
    }

    /** The tiles for a product with so many columns, whose right matrix lies in panels of a width. */
    static TileFamily<float[]> forColumns(int columns, int width, int inner) {
        return columns < WORTH_INTERLEAVING ? NARROW : forPanels(width, inner);
    }

    /** Of so many columns, those that tiles come out even with: any number of vectors but one, or pairs of vectors. */
    static int inTiles(int columns) {
        return columns < NARROW.width() ? 0 : columns - columns % step();
    }

    /** The least number of columns, not below this one, that tiles come out even with. */
    static int wholeColumns(int columns) {
        return Math.max(NARROW.width(), Math.multiplyExact((columns + step() - 1) / step(), step()));
    }

    /** See {@link Kernels#panelWidth}. */
    static int panelWidth(int columns) {
        return FEW_REGISTERS ? InterleavedTiles.WIDTH : wholeColumns(columns);
    }

    /** The tiles for the next of so many columns, which tiles come out even with. */
    static TileFamily<float[]> forColumns(int columns) {
        boolean pairs = columns == NARROW.width() || columns == 2 * NARROW.width();
        return pairs ? NARROW : WIDE;
    }

    private static int step() {
        return FEW_REGISTERS ? NARROW.width() : LANES;
    }
}
