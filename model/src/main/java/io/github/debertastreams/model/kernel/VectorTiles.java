package io.github.debertastreams.model.kernel;

import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles in use on this machine: as large as its registers allow. They are not timed at start, where a trial would have to wait for
 * the compiler: each candidate takes half a second until it is compiled, and before that the interpreter is what is timed.
 */
final class VectorTiles {

    /**
     * 16 registers (up to 256 bits on x86) hold six rows of two vectors; 32 hold eight easily. Elsewhere there are 32, and a fence, as
     * {@link InterleavedTiles} have them, is an instruction.
     */
    private static final boolean FEW_REGISTERS = FloatVector.SPECIES_PREFERRED.vectorBitSize() <= 256
            && List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

    /** Columns of every tile: two vectors. */
    static final int WIDTH = NarrowTiles.WIDTH;

    /** For rows where they are. */
    static final TileFamily<float[]> PLAIN = new TileFamily<>(
            WIDTH,
            FEW_REGISTERS ? NarrowTiles.SIX : NarrowTiles.EIGHT,
            List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));

    /** The fastest, for rows that it lays out first. */
    static final TileFamily<float[]> PACKED = FEW_REGISTERS
            ? new TileFamily<>(
                    WIDTH, InterleavedTiles.SIX, List.of(InterleavedTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE))
            : new TileFamily<>(WIDTH, TallTiles.EIGHT, List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));

    /** For products with weights in bfloat16. */
    static final TileFamily<int[]> PAIRED = paired();

    /** Of x86's and ARM's first vector instructions, which every JVM with vectors has. */
    private static final int FEWEST_BITS = 128;

    /** Columns of a product from which on it gains more from interleaved rows than laying these out takes. */
    private static final int WORTH_INTERLEAVING = FEW_REGISTERS ? 80 : 192;

    private VectorTiles() {}

    private static TileFamily<int[]> paired() {
        if (!FEW_REGISTERS) {
            return new TileFamily<>(
                    WIDTH, PairedTiles.EIGHT, List.of(PairedTiles.FOUR, PairedTiles.TWO, PairedTiles.ONE));
        }
        if (!InterleavedPairedTiles.FIT) {
            return new TileFamily<>(WIDTH, PairedTiles.FOUR, List.of(PairedTiles.TWO, PairedTiles.ONE));
        }
        return new TileFamily<>(
                WIDTH,
                InterleavedPairedTiles.SIX,
                List.of(InterleavedPairedTiles.FOUR, PairedTiles.TWO, PairedTiles.ONE));
    }

    static boolean registersAreTooShort() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize() < FEWEST_BITS;
    }

    /** The tiles for a right matrix in panels. */
    static TileFamily<float[]> forPanels(int inner) {
        boolean odd = inner % InterleavedTiles.STEPS > 0;
        return odd ? PLAIN : PACKED;
    }

    /** The same, if there are as few columns as attention's products may have. */
    static TileFamily<float[]> forPanels(int columns, int inner) {
        return columns < WORTH_INTERLEAVING ? PLAIN : forPanels(inner);
    }
}
