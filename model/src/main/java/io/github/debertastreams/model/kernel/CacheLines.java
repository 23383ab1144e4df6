package io.github.debertastreams.model.kernel;

/**
 * Where the lines of the caches are in an array of floats or ints. A vector of 512 bits that does not begin with a line takes two of them: two loads in
 * place of one.
 *
 * <p>A program cannot ask for an array's address. But G1, ZGC and Shenandoah give a large array regions of its own, and so it begins with a line;
 * with the other collectors no place in it is better than another.
 */
public final class CacheLines {

    /** Floats, or ints, of a line. */
    public static final int FLOATS = 16;

    private static final int HEADER_BYTES = headerBytes();

    /** Floats, or ints, before the first line that begins within a large array. */
    public static final int FIRST = FLOATS - HEADER_BYTES / Float.BYTES;

    private CacheLines() {}

    private static int headerBytes() {
        return "true".equals(HotSpotOptions.value("UseCompactObjectHeaders")) ? 12 : 16;
    }
}
