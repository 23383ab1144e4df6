package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.AttentionConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What attention knows of distances, computed once per run from the length S, whatever it is.
 *
 * <p>Scores by distance are {@code [.., S, 2S]}: column c belongs to the distance {@code S - 1 - c} of c2p, to its negative of p2c.
 * In row i the S wanted ones begin at {@code S - 1 - i}, so in the row-major whole they begin at {@code S - 1} and every {@code 2S -
 * 1} further on: {@link #skew} takes them by two slices and no gather.
 *
 * @param length S, {@code [1]}
 * @param falling rows of {@code rel_embeddings} for the distances {@code S - 1 .. -S}
 * @param rising the same for {@code -(S - 1) .. S}
 */
record RelativeIndices(
        GraphWriter graph, String length, String lengthLessOne, String falling, String rising, Skew shapes) {

    /** Shapes and ends of {@link #skew}. */
    private record Skew(String flat, String end, String rows) {}

    static RelativeIndices of(GraphWriter graph, AttentionConfig config, String length) {
        String one = graph.integers(1);
        String lengthLessOne = graph.node("Sub", length, one);
        String width = graph.node("Mul", length, graph.integers(2));
        String shifted = graph.node("Sub", width, one);
        String end = graph.node("Add", lengthLessOne, graph.node("Mul", length, shifted));
        Skew skew = new Skew(
                graph.integers(0, 0, -1),
                end,
                graph.node("Concat", Attributes.of("axis", 0), graph.integers(0, 0), length, shifted));
        String scalar = graph.node("Squeeze", length);
        String falling = graph.node(
                "Range",
                graph.node("Sub", scalar, graph.integer(1)),
                graph.node("Sub", graph.node("Neg", scalar), graph.integer(1)),
                graph.integer(-1));
        String table = table(graph, config);
        return new RelativeIndices(
                graph,
                length,
                lengthLessOne,
                rows(graph, config, table, falling),
                rows(graph, config, table, graph.node("Neg", falling)),
                skew);
    }

    /** {@code [B, N, S, 2S]} by distance to {@code [B, N, S, S]} by position. */
    String skew(String byDistance) {
        String flat = graph.node("Reshape", byDistance, shapes.flat);
        String shifted = graph.node("Slice", flat, lengthLessOne, shapes.end, graph.integers(2));
        String rows = graph.node("Reshape", shifted, shapes.rows);
        return graph.node("Slice", rows, graph.integers(0), length, graph.integers(3));
    }

    /** The second half of a vector or matrix of 2S rows: the distances {@code 0 .. 1 - S} of the first token, and one more left out. */
    String ofFirstToken(String rows) {
        String width = graph.node("Mul", length, graph.integers(2));
        String end = graph.node("Sub", width, graph.integers(1));
        return graph.node("Slice", rows, lengthLessOne, end, graph.integers(0));
    }

    private static String rows(GraphWriter graph, AttentionConfig config, String table, String distances) {
        String farthest = graph.integer(farthest(config));
        String clipped = graph.node("Clip", distances, graph.integer(-farthest(config)), farthest);
        return graph.node("Gather", table, graph.node("Add", clipped, farthest));
    }

    /** The row of each distance from {@code -farthest} to {@code farthest}. */
    private static String table(GraphWriter graph, AttentionConfig config) {
        int farthest = farthest(config);
        int count = 2 * farthest + 1;
        return graph.weight(new Weight("relative_rows", ElementType.INT64, new long[] {count}, () -> {
            ByteBuffer rows = ByteBuffer.allocateDirect(Long.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
            for (int distance = -farthest; distance <= farthest; distance++) {
                rows.putLong(config.relativeRow(distance));
            }
            return rows.flip();
        }));
    }

    /** From this distance on, in either direction, all have the row at the end. */
    private static int farthest(AttentionConfig config) {
        int last = 2 * config.span() - 1;
        int farthest = config.span();
        while (config.relativeRow(farthest) != last || config.relativeRow(-farthest) != 0) {
            farthest *= 2;
        }
        return farthest;
    }
}
