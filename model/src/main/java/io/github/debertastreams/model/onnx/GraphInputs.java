package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.ModelConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a graph, and what is made of them for all layers.
 *
 * @param batch B, {@code [1]}
 * @param length S, {@code [1]}
 * @param attentionMask what {@link AttentionNodes} reads
 * @param tokenMask 1 for a token, 0 for padding, {@code [B, S, 1]} in fp32
 * @param positionIds {@code [B, S]} or {@code [S]}; null where the model has no absolute positions
 * @param outputTokens indices into all {@code B·S} tokens; null where every token is answered for
 */
record GraphInputs(
        GraphWriter graph,
        String batch,
        String length,
        String inputIds,
        String attentionMask,
        String tokenMask,
        @Nullable String tokenTypeIds,
        @Nullable String positionIds,
        @Nullable String outputTokens) {

    static final String INPUT_IDS = "input_ids";
    static final String ATTENTION_MASK = "attention_mask";
    static final String TOKEN_TYPE_IDS = "token_type_ids";
    static final String POSITION_IDS = "position_ids";
    static final String PAIR_MASK = "pair_mask";
    static final String OUTPUT_TOKENS = "output_tokens";

    static GraphInputs of(
            Operators operators, ModelConfig config, GraphHead head, GraphForm form, boolean maskDecoder) {
        GraphWriter graph = operators.graph();
        boolean choices = head.kind() == GraphHead.Kind.MULTIPLE_CHOICE && !form.selectedTokens();
        String ids = input(graph, INPUT_IDS, choices);
        String mask = operators.cast(input(graph, ATTENTION_MASK, choices), ElementType.FLOAT);
        String types = config.typeVocabularySize() > 0 ? input(graph, TOKEN_TYPE_IDS, choices) : null;
        String batch = graph.node("Shape", Attributes.of("start", 0).with("end", 1), ids);
        String length = graph.node("Shape", Attributes.of("start", 1).with("end", 2), ids);
        boolean positions = config.positionBiasedInput() || maskDecoder;
        return new GraphInputs(
                graph,
                batch,
                length,
                ids,
                form.traced() ? pairs(operators) : keys(graph, mask),
                graph.node("Unsqueeze", mask, graph.integers(2)),
                types,
                positions ? positions(graph, form, length) : null,
                form.selectedTokens() && !head.pooled()
                        ? graph.input(OUTPUT_TOKENS, ElementType.INT64, "outputs")
                        : null);
    }

    /** The names of a serving graph's inputs. */
    static Set<String> names(ModelConfig config, GraphHead head, boolean maskDecoder) {
        Set<String> names = new LinkedHashSet<>(List.of(INPUT_IDS, ATTENTION_MASK));
        if (config.typeVocabularySize() > 0) {
            names.add(TOKEN_TYPE_IDS);
        }
        if (config.positionBiasedInput() || maskDecoder) {
            names.add(POSITION_IDS);
        }
        if (!head.pooled()) {
            names.add(OUTPUT_TOKENS);
        }
        return names;
    }

    /** The shape {@code [B, S, columns]}. */
    String rectangleOf(int columns) {
        return graph.node("Concat", Attributes.of("axis", 0), batch, length, graph.integers(columns));
    }

    /** {@code [B, S]}; of choices, {@code [B, C, S]}, all of which become sequences. */
    private static String input(GraphWriter graph, String name, boolean choices) {
        if (!choices) {
            return graph.input(name, ElementType.INT64, "batch", "sequence");
        }
        String input = graph.input(name, ElementType.INT64, "batch", "choices", "sequence");
        String length = graph.node("Shape", Attributes.of("start", 2).with("end", 3), input);
        return graph.node("Reshape", input, graph.node("Concat", Attributes.of("axis", 0), graph.integers(-1), length));
    }

    private static String keys(GraphWriter graph, String mask) {
        String lost = graph.node("Mul", graph.node("Sub", mask, graph.number(1)), graph.number(Float.MAX_VALUE));
        return graph.node("Unsqueeze", lost, graph.integers(1, 2));
    }

    private static String pairs(Operators operators) {
        GraphWriter graph = operators.graph();
        String pairs = graph.input(PAIR_MASK, ElementType.INT64, "batch", "sequence", "sequence");
        return graph.node("Unsqueeze", graph.node("Greater", pairs, graph.integer(0)), graph.integers(1));
    }

    private static String positions(GraphWriter graph, GraphForm form, String length) {
        return form.givenPositions()
                ? graph.input(POSITION_IDS, ElementType.INT64, "batch", "sequence")
                : graph.node("Range", graph.integer(0), graph.node("Squeeze", length), graph.integer(1));
    }
}
