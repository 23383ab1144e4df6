package io.github.debertastreams.model.kernel;

import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles in use on this machine: as large as its registers allow. They are not timed at start, where a trial would have to wait for
 * the compiler: each candidate takes half a second until it is compiled, and before that the interpreter is what is timed.
 */
final class VectorTiles {

    /** 16 registers (256 bits on x86) hold six rows of two vectors; 32 hold eight rows of three. */
    private static final boolean FEW_REGISTERS = FloatVector.SPECIES_PREFERRED.vectorBitSize() == 256;

    /** For products within attention, whose columns are few: two vectors wide. */
    static final TileFamily<float[]> NARROW = new TileFamily<>(
            NarrowTiles.WIDTH,
            FEW_REGISTERS ? NarrowTiles.SIX : NarrowTiles.EIGHT,
            List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE));

    /** For products with weights. */
    static final TileFamily<float[]> PACKED = FEW_REGISTERS
            ? NARROW
            : new TileFamily<>(WideTiles.WIDTH, WideTiles.EIGHT, List.of(WideTiles.FOUR, WideTiles.TWO, WideTiles.ONE));

    /** For products with weights in bfloat16. */
    static final TileFamily<int[]> PAIRED = new TileFamily<>(
            PairedTiles.WIDTH,
            FEW_REGISTERS ? PairedTiles.FOUR : PairedTiles.EIGHT,
            FEW_REGISTERS
                    ? List.of(PairedTiles.TWO, PairedTiles.ONE)
                    : List.of(PairedTiles.FOUR, PairedTiles.TWO, PairedTiles.ONE));

    private VectorTiles() {}
}
