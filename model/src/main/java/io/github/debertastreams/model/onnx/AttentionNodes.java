package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.AttentionConfig;
import org.jspecify.annotations.Nullable;

/**
 * Disentangled self-attention of one layer as nodes of a graph.
 *
 * <p>Source: He et al., DeBERTa (2021), eq. 4; HF {@code DisentangledSelfAttention}.
 *
 * @param headsOf the shape {@code [B, -1, N, d]}
 * @param mask what masked keys lose, {@code [B, 1, 1, S]}; or, of a traced graph, which pairs attend, {@code [B, 1, S, S]}
 * @param traced whether the mask is one per pair
 */
record AttentionNodes(
        Operators operators,
        AttentionConfig config,
        @Nullable RelativeIndices indices,
        String headsOf,
        String mask,
        boolean traced) {

    private static final float LOWEST = -Float.MAX_VALUE;

    /** What one layer's attention computes with: queries, keys and values, rows of tokens, and its position tables. */
    record Projected(String query, String key, String value, ProjectionWeights weights, boolean firstToken) {}

    /** Context rows, and the probabilities {@code [B, N, Q, S]} in fp32. */
    record Attended(String context, String probabilities) {}

    Attended attend(Projected projected) {
        GraphWriter graph = operators.graph();
        String query = heads(projected.query());
        String key = heads(projected.key());
        String scores = graph.node("MatMul", query, transposed(key));
        scores = contentToPosition(scores, query, projected);
        scores = positionToContent(scores, key, projected);
        String logits = mixed(scores, projected.weights().logitsMixture());
        String probabilities = softmax(operators.widen(logits));
        String weights =
                mixed(operators.narrow(probabilities), projected.weights().weightsMixture());
        String context = graph.node("MatMul", weights, heads(projected.value()));
        String merged = graph.node("Transpose", Attributes.list("perm", 0, 2, 1, 3), context);
        return new Attended(
                graph.node("Reshape", merged, graph.integers(-1, config.width())), operators.widen(weights));
    }

    private String contentToPosition(String scores, String query, Projected projected) {
        if (indices == null || !config.contentToPosition()) {
            return scores;
        }
        String table = projected.weights().positionKeys();
        String added = projected.firstToken()
                ? operators.graph().node("MatMul", query, swapped(rows(table, indices.ofFirstToken()), 0, 2, 1))
                : byPosition(query, rows(table, indices.falling()), indices);
        return operators.graph().node("Add", scores, added);
    }

    private String positionToContent(String scores, String key, Projected projected) {
        if (indices == null || !config.positionToContent()) {
            return scores;
        }
        GraphWriter graph = operators.graph();
        String table = projected.weights().positionQueries();
        if (projected.firstToken()) { // each key meets one distance: a product by elements
            String products = graph.node("Mul", key, rows(table, indices.ofFirstToken()));
            String sums = graph.node("ReduceSum", Attributes.of("keepdims", 0), products, graph.integers(3));
            return graph.node("Add", scores, graph.node("Unsqueeze", sums, graph.integers(2)));
        }
        return graph.node("Add", scores, transposed(byPosition(key, rows(table, indices.rising()), indices)));
    }

    /** Scores {@code [B, N, S, S]} of states {@code [B, N, S, d]} with the rows of each distance, {@code [N, G, W, d]}. */
    private String byPosition(String states, String rows, RelativeIndices distances) {
        GraphWriter graph = operators.graph();
        String grouped = graph.node("Reshape", states, distances.grouped());
        return distances.skew(graph.node("MatMul", grouped, transposed(rows)));
    }

    private String rows(String table, String rows) {
        return operators.graph().node("Gather", Attributes.of("axis", 1), table, rows);
    }

    private String softmax(String scores) {
        GraphWriter graph = operators.graph();
        if (!traced) {
            return graph.node("Softmax", graph.node("Add", scores, mask));
        }
        String masked = graph.node("Where", mask, scores, graph.number(LOWEST));
        return graph.node("Where", mask, graph.node("Softmax", masked), graph.number(0));
    }

    /** Attention heads that mix. Source: HF {@code head_logits_proj}, {@code head_weights_proj}. */
    private String mixed(String scores, @Nullable String mixture) {
        if (mixture == null) {
            return scores;
        }
        GraphWriter graph = operators.graph();
        String flat = graph.node("Reshape", scores, graph.integers(0, 0, -1));
        return graph.node("Reshape", graph.node("MatMul", mixture, flat), graph.node("Shape", scores));
    }

    /** Rows of tokens to {@code [B, N, S, d]}. */
    private String heads(String rows) {
        GraphWriter graph = operators.graph();
        return graph.node("Transpose", Attributes.list("perm", 0, 2, 1, 3), graph.node("Reshape", rows, headsOf));
    }

    private String transposed(String matrices) {
        return swapped(matrices, 0, 1, 3, 2);
    }

    private String swapped(String matrices, long... axes) {
        return operators.graph().node("Transpose", Attributes.list("perm", axes), matrices);
    }
}
