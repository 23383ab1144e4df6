package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.ConvolutionConfig;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.head.MaskedLanguageHead;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a checkpoint as an ONNX graph: embeddings, layers, head; batch and length vary. Tokens are
 * rows, {@code [B·S, H]}, wherever attention does not need them apart.
 */
final class DebertaGraph {

    private static final int EMD_STEPS = 2;

    private final ModelConfig config;
    private final GraphHead head;
    private final GraphForm form;
    private final GraphWriter graph = new GraphWriter();
    private final Operators operators;
    private final Checkpoint checkpoint;
    private final boolean maskDecoder;
    private final GraphInputs inputs;
    private final AttentionNodes attention;
    private final List<ProjectionWeights> projections = new ArrayList<>();

    private DebertaGraph(
            Checkpoint checkpoint, ModelConfig config, GraphHead head, GraphForm form, Precision precision) {
        this.checkpoint = checkpoint;
        this.config = config;
        this.head = head;
        this.form = form;
        this.operators = new Operators(graph, checkpoint, precision, form.runtimeOperators(), config.layerNormEps());
        this.maskDecoder = hasMaskDecoder(checkpoint, config, head);
        this.inputs = GraphInputs.of(operators, config, head, form, maskDecoder);
        AttentionConfig attentionConfig = config.attention();
        this.attention = new AttentionNodes(
                operators,
                attentionConfig,
                attentionConfig.relative() ? RelativeIndices.of(graph, attentionConfig, inputs.length()) : null,
                graph.node(
                        "Concat",
                        Attributes.of("axis", 0),
                        inputs.batch(),
                        graph.integers(-1, attentionConfig.numHeads(), attentionConfig.headSize())),
                inputs.attentionMask(),
                form.traced());
        RelEmbeddings relEmbeddings = new RelEmbeddings(checkpoint, config);
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            projections.add(ProjectionWeights.of(operators, config, prefix(layer) + ".attention.self", relEmbeddings));
        }
    }

    /** The weights of the graph are read from the checkpoint when they are asked for: until then it stays open. */
    static OnnxGraph of(
            Checkpoint checkpoint, ModelConfig config, GraphHead head, GraphForm form, Precision precision) {
        return new DebertaGraph(checkpoint, config, head, form, precision).build();
    }

    /**
     * Whether the enhanced mask decoder is to feed the head: the authors' masked-LM head, and absolute positions that are there
     * although the embeddings do not add them.
     */
    static boolean hasMaskDecoder(Checkpoint checkpoint, ModelConfig config, GraphHead head) {
        return head.form() == MaskedLanguageHead.Form.LM_PREDICTIONS
                && !config.positionBiasedInput()
                && config.embeddingSize() == config.hiddenSize()
                && config.numHiddenLayers() > 0
                && checkpoint.has("embeddings.position_embeddings.weight");
    }

    private OnnxGraph build() {
        HeadNodes heads = new HeadNodes(operators, checkpoint, config, head, form, inputs);
        String states = embeddings();
        traceStates(0, states);
        int last = config.numHiddenLayers() - 1;
        boolean pooledLast = head.pooled() && !form.traced() && last > 0;
        for (int layer = 0; layer < last; layer++) {
            states = layer(layer, states, states, false).states();
        }
        String before = states;
        if (last >= 0 && (!maskDecoder || form.traced())) {
            states = pooledLast
                    ? layer(last, states, heads.firstTokens(states), true).states()
                    : layer(last, states, states, false).states();
        }
        if (maskDecoder) {
            if (form.traced()) {
                heads.tokenLogits("encoder_logits", states);
            }
            states = decodeMasks(last, before);
        }
        heads.logits(states, pooledLast);
        if (form.selectedTokens() && operators.precision() == Precision.FP16) {
            heads.finiteCheck();
        }
        return graph.finish("deberta", form.weightsFile());
    }

    /** Source: He et al., DeBERTa (2021), section 3.2; the authors' {@code MaskedLanguageModel}. */
    private String decodeMasks(int last, String states) {
        String query = graph.node("Add", graph.node("Reshape", positions(), rowsOf(config.hiddenSize())), states);
        for (int step = 0; step < EMD_STEPS; step++) {
            query = untracedLayer(last, states, query);
        }
        if (form.traced()) {
            graph.output("mask_decoder", ElementType.FLOAT, query, "tokens", width());
        }
        return query;
    }

    /** Source: HF {@code DebertaEmbeddings}. */
    private String embeddings() {
        int size = config.embeddingSize();
        String sum = operators.widen(graph.node(
                "Gather",
                operators.product("embeddings.word_embeddings.weight", config.vocabularySize(), size),
                inputs.inputIds()));
        if (config.positionBiasedInput()) {
            sum = graph.node("Add", sum, positions());
        }
        if (inputs.tokenTypeIds() != null) {
            String types = operators.full("embeddings.token_type_embeddings.weight", config.typeVocabularySize(), size);
            sum = graph.node("Add", sum, graph.node("Gather", types, inputs.tokenTypeIds()));
        }
        String rows = graph.node("Reshape", sum, rowsOf(size));
        if (size != config.hiddenSize()) {
            String weight = operators.product("embeddings.embed_proj.weight", config.hiddenSize(), size);
            rows = operators.widen(operators.linear(operators.narrow(rows), weight));
        }
        return operators.norm(rows, "embeddings.LayerNorm", config.hiddenSize());
    }

    /** {@code [B, S, E]}, or {@code [S, E]} where every text has the same. */
    private String positions() {
        String table = operators.full(
                "embeddings.position_embeddings.weight", config.maxPositionEmbeddings(), config.embeddingSize());
        String found = graph.node("Gather", table, Objects.requireNonNull(inputs.positionIds()));
        if (!maskDecoder) {
            return found;
        }
        String shape = graph.node(
                "Concat",
                Attributes.of("axis", 0),
                inputs.batch(),
                inputs.length(),
                graph.integers(config.embeddingSize()));
        return graph.node("Expand", found, shape);
    }

    /** A layer's states, and what it attended to. */
    private record LayerOutput(String states, String probabilities) {}

    private LayerOutput layer(int layer, String states, String query, boolean firstToken) {
        LayerOutput output = transform(layer, states, query, firstToken);
        String result = output.states();
        ConvolutionConfig convolution = config.convolution();
        if (layer == 0 && convolution != null) {
            result = convolve(convolution, states, result);
        }
        if (form.traced()) {
            String[] shape = {"batch", Integer.toString(config.attention().numHeads()), "sequence", "sequence"};
            graph.output("attentions." + layer, ElementType.FLOAT, output.probabilities(), shape);
        }
        traceStates(layer + 1, result);
        return new LayerOutput(result, output.probabilities());
    }

    private String untracedLayer(int layer, String states, String query) {
        return transform(layer, states, query, false).states();
    }

    /** Attention, then feed-forward, each followed by residual and layer normalisation. Source: HF {@code DebertaLayer}. */
    private LayerOutput transform(int layer, String states, String query, boolean firstToken) {
        ProjectionWeights weights = projections.get(layer);
        float scale = (float) (1
                / Math.sqrt((double) config.attention().headSize()
                        * config.attention().terms()));
        String read = operators.narrow(states);
        AttentionNodes.Attended attended = attention.attend(new AttentionNodes.Projected(
                operators.linear(
                        operators.narrow(query),
                        weights.query().weight(),
                        weights.query().bias(),
                        scale),
                operators.linear(read, weights.key().weight(), weights.key().bias(), 1),
                operators.linear(read, weights.value().weight(), weights.value().bias(), 1),
                weights,
                firstToken));
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        String name = prefix(layer);
        String normed = operators.output(
                attended.context(),
                name + ".attention.output",
                hidden,
                config.attention().width(),
                query);
        String between = operators.linear(operators.narrow(normed), name + ".intermediate.dense", inner, hidden);
        String active = operators.activation(config.hiddenActivation(), between);
        return new LayerOutput(
                operators.output(active, name + ".output", hidden, inner, normed), attended.probabilities());
    }

    /** What is masked counts as zero. Source: HF {@code ConvLayer}. */
    private String convolve(ConvolutionConfig convolution, String embeddings, String states) {
        int hidden = config.hiddenSize();
        String rectangle = graph.node("Reshape", embeddings, inputs.rectangleOf(hidden));
        String masked = graph.node("Mul", rectangle, inputs.tokenMask());
        String channels = graph.node("Transpose", Attributes.list("perm", 0, 2, 1), operators.narrow(masked));
        int size = convolution.kernelSize();
        String convolved = graph.node(
                "Conv",
                Attributes.list("pads", (size - 1) / 2, (size - 1) / 2)
                        .with("group", convolution.groups())
                        .with(Attributes.list("kernel_shape", size)),
                channels,
                operators.product("encoder.conv.conv.weight", hidden, hidden / convolution.groups(), size),
                operators.product("encoder.conv.conv.bias", hidden));
        String active = operators.widen(operators.activation(convolution.activation(), convolved));
        String tokens = graph.node("Transpose", Attributes.list("perm", 0, 2, 1), active);
        String sum = graph.node("Add", states, graph.node("Reshape", tokens, rowsOf(hidden)));
        return operators.norm(sum, "encoder.conv.LayerNorm", hidden);
    }

    private void traceStates(int layer, String states) {
        if (form.traced()) {
            graph.output("hidden_states." + layer, ElementType.FLOAT, states, "tokens", width());
        }
    }

    private String rowsOf(int columns) {
        return graph.integers(-1, columns);
    }

    private String width() {
        return Integer.toString(config.hiddenSize());
    }

    private static String prefix(int layer) {
        return "encoder.layer." + layer;
    }

    /** Read once, whichever layer asks first. */
    private static final class RelEmbeddings implements Operators.FloatsSource {
        private final Checkpoint checkpoint;
        private final ModelConfig config;
        private float @Nullable [] read;

        RelEmbeddings(Checkpoint checkpoint, ModelConfig config) {
            this.checkpoint = checkpoint;
            this.config = config;
        }

        @Override
        public synchronized float[] floats() {
            float[] floats = read;
            if (floats == null) {
                floats = ProjectionWeights.relEmbeddings(checkpoint, config);
                read = floats;
            }
            return floats;
        }
    }
}
