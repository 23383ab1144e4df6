package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.AttentionConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What attention knows of distances, computed once per run from the length S, whatever it is.
 *
 * <p>Rows are taken in G groups of R = S / G, so that a group meets S + R distances and not 2S. Scores by distance are {@code [.., G,
 * R, W]}, W = S + R + 1: column c of group g belongs to the distance {@code gR + R - c} of c2p, to its negative of p2c. In row r of a
 * group the S wanted ones begin at {@code R - r}, so in the row-major whole they begin at {@code R} and every {@code S + R} further on:
 * both are whole blocks of R, and {@link #skew} gathers these. ONNX Runtime does that on all threads, while its slices take one.
 *
 * @param grouped the shape {@code [B, N, G, R, d]}, to be had from {@code [B, N, S, d]}
 * @param falling rows of {@code rel_embeddings} for the distances of c2p, {@code [G, W]}
 * @param rising the same for p2c
 * @param ofFirstToken the same for the first token's distances to all, {@code 0 .. -(S - 1)}, {@code [S]}
 */
record RelativeIndices(
        GraphWriter graph, String grouped, String falling, String rising, String ofFirstToken, Skew shapes) {

    /** More groups save more products and need more rows of tables: worth it where a group has this many rows. */
    private static final int LEAST_ROWS = 64;

    /** Shapes of {@link #skew}, and the blocks that it takes, {@code [R, G]}. */
    private record Skew(String blocks, String wanted, String square) {}

    static RelativeIndices of(GraphWriter graph, AttentionConfig config, String length) {
        String one = graph.integers(1);
        String groups = groups(graph, length);
        String groupRows = graph.node("Div", length, groups);
        String width = graph.node("Add", graph.node("Add", length, groupRows), one);
        String group = range(graph, groups);
        String firsts = graph.node("Mul", graph.node("Add", group, one), groupRows);
        String falling = graph.node("Sub", graph.node("Unsqueeze", firsts, one), range(graph, width));
        String rowBlocks = graph.node("Mul", range(graph, groupRows), graph.node("Add", groups, one));
        String wanted = graph.node("Add", graph.node("Unsqueeze", rowBlocks, one), graph.node("Add", group, one));
        String table = table(graph, config);
        return new RelativeIndices(
                graph,
                concat(graph, graph.integers(0, 0), groups, groupRows, graph.integers(-1)),
                rows(graph, config, table, falling),
                rows(graph, config, table, graph.node("Neg", falling)),
                rows(graph, config, table, graph.node("Neg", range(graph, length))),
                new Skew(
                        concat(graph, graph.integers(0, 0, 0, -1), groupRows),
                        wanted,
                        concat(graph, graph.integers(0, 0, -1), length)));
    }

    /** {@code [B, N, G, R, W]} by distance to {@code [B, N, S, S]} by position. */
    String skew(String byDistance) {
        String blocks = graph.node("Reshape", byDistance, shapes.blocks);
        String wanted = graph.node("Gather", Attributes.of("axis", 3), blocks, shapes.wanted);
        return graph.node("Reshape", wanted, shapes.square);
    }

    /** The groups of a length, if it can be divided by them. */
    static int groups(int length) {
        if (length >= 4 * LEAST_ROWS) {
            return 4;
        }
        return length >= 2 * LEAST_ROWS ? 2 : 1;
    }

    /** Four, two, or one, which every length can be divided by. */
    private static String groups(GraphWriter graph, String length) {
        String two = either(graph, length, 2, graph.integers(1));
        return either(graph, length, 4, two);
    }

    private static String either(GraphWriter graph, String length, int groups, String otherwise) {
        String even = graph.node("Equal", graph.node("Mod", length, graph.integers(groups)), graph.integers(0));
        String enough = graph.node("GreaterOrEqual", length, graph.integers((long) groups * LEAST_ROWS));
        return graph.node("Where", graph.node("And", even, enough), graph.integers(groups), otherwise);
    }

    private static String range(GraphWriter graph, String count) {
        return graph.node("Range", graph.integer(0), graph.node("Squeeze", count), graph.integer(1));
    }

    private static String concat(GraphWriter graph, String... parts) {
        return graph.node("Concat", Attributes.of("axis", 0), parts);
    }

    private static String rows(GraphWriter graph, AttentionConfig config, String table, String distances) {
        String farthest = graph.integer(config.farthest());
        String clipped = graph.node("Clip", distances, graph.integer(-config.farthest()), farthest);
        return graph.node("Gather", table, graph.node("Add", clipped, farthest));
    }

    /** The row of each distance from {@code -farthest} to {@code farthest}. */
    private static String table(GraphWriter graph, AttentionConfig config) {
        int farthest = config.farthest();
        int count = 2 * farthest + 1;
        return graph.weight(new Weight("relative_rows", ElementType.INT64, new long[] {count}, () -> {
            ByteBuffer rows = ByteBuffer.allocateDirect(Long.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
            for (int distance = -farthest; distance <= farthest; distance++) {
                rows.putLong(config.relativeRow(distance));
            }
            return rows.flip();
        }));
    }
}
