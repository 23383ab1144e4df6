package io.github.debertastreams.model.kernel;

import java.util.List;
import jdk.incubator.vector.FloatVector;

/** The tiles in use on this machine. */
final class VectorTiles {

    private static final List<Tile> SHORT_NARROW = List.of(NarrowTiles.FOUR, NarrowTiles.TWO, NarrowTiles.ONE);
    private static final List<Tile> SHORT_WIDE = List.of(WideTiles.FOUR, WideTiles.TWO, WideTiles.ONE);

    /** For products within attention, whose columns are few: two vectors wide. */
    static final TileFamily NARROW = TileFamily.fastest(narrow());

    /** For products with weights. */
    static final TileFamily PACKED = TileFamily.fastest(List.of(NARROW, wide()));

    private VectorTiles() {}

    /** With 16 registers (256 bits on x86) more than six rows of two spill; with 32, fewer leave the multipliers idle. */
    private static List<TileFamily> narrow() {
        TileFamily six = new TileFamily(NarrowTiles.WIDTH, NarrowTiles.SIX, SHORT_NARROW);
        return fewRegisters()
                ? List.of(six, new TileFamily(NarrowTiles.WIDTH, NarrowTiles.FOUR, SHORT_NARROW))
                : List.of(six, new TileFamily(NarrowTiles.WIDTH, NarrowTiles.EIGHT, SHORT_NARROW));
    }

    private static TileFamily wide() {
        return new TileFamily(WideTiles.WIDTH, fewRegisters() ? WideTiles.FOUR : WideTiles.EIGHT, SHORT_WIDE);
    }

    private static boolean fewRegisters() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize() == 256;
    }
}
