package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.AttentionConfig;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.encoder.ModelType;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.LayerNorm;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names of one layer's attention weights in a graph, in one form for v1 and v2. Position keys and queries depend on weights alone:
 * they are constants, {@code [N, 2 * span, d]}.
 */
record ProjectionWeights(
        Biased query,
        Biased key,
        Biased value,
        String positionKeys,
        String positionQueries,
        @Nullable String logitsMixture,
        @Nullable String weightsMixture) {

    /** Weight {@code [A, H]} and bias. */
    record Biased(String weight, String bias) {}

    /** @param relEmbeddings {@code [2 * span, H]}, normalised where the model does so */
    static ProjectionWeights of(
            Operators operators, ModelConfig config, String prefix, Operators.FloatsSource relEmbeddings) {
        Loader loader = new Loader(operators, config, config.attention(), prefix, relEmbeddings);
        return config.type() == ModelType.DEBERTA ? loader.first() : loader.second();
    }

    /** {@code rel_embeddings}, normalised where the model does so; empty where positions do not add to the scores. */
    static float[] relEmbeddings(Checkpoint checkpoint, ModelConfig config) {
        if (!config.attention().relative()) {
            return new float[0];
        }
        int rows = 2 * config.attention().span();
        float[] embeddings = checkpoint.floats("encoder.rel_embeddings.weight", rows, config.hiddenSize());
        if (config.attention().normalizedRelEmbeddings()) {
            LayerNorm.load(checkpoint, Kernels.get(), "encoder.LayerNorm", config.hiddenSize(), config.layerNormEps())
                    .forward(embeddings, rows);
        }
        return embeddings;
    }

    private record Loader(
            Operators operators,
            ModelConfig config,
            AttentionConfig attention,
            String prefix,
            Operators.FloatsSource relEmbeddings) {

        /** Source: HF {@code DisentangledSelfAttention} in modeling_deberta. */
        ProjectionWeights first() {
            int width = attention.width();
            boolean talking = attention.talkingHeads();
            int heads = attention.numHeads();
            return new ProjectionWeights(
                    new Biased(part("query", 0), product("q_bias", width)),
                    new Biased(part("key", 1), operators.made(prefix + ".k_bias", () -> new float[width], width)),
                    new Biased(part("value", 2), product("v_bias", width)),
                    attention.contentToPosition() ? positions("pos_proj", false, 1) : "",
                    attention.positionToContent() ? positions("pos_q_proj", true, scale()) : "",
                    talking ? product("head_logits_proj.weight", heads, heads) : null,
                    talking ? product("head_weights_proj.weight", heads, heads) : null);
        }

        /** Source: HF {@code DisentangledSelfAttention} in modeling_deberta_v2. */
        ProjectionWeights second() {
            boolean shared = attention.sharedKeys();
            return new ProjectionWeights(
                    biased("query_proj"),
                    biased("key_proj"),
                    biased("value_proj"),
                    attention.contentToPosition() ? positions(shared ? "key_proj" : "pos_key_proj", true, 1) : "",
                    attention.positionToContent()
                            ? positions(shared ? "query_proj" : "pos_query_proj", true, scale())
                            : "",
                    null,
                    null);
        }

        private float scale() {
            return scale(attention);
        }

        private static float scale(AttentionConfig attention) {
            return (float) (1 / Math.sqrt((double) attention.headSize() * attention.terms()));
        }

        private Biased biased(String name) {
            return new Biased(
                    product(name + ".weight", attention.width(), config.hiddenSize()),
                    product(name + ".bias", attention.width()));
        }

        private String product(String name, long... shape) {
            return operators.product(prefix + "." + name, shape);
        }

        /** {@code in_proj} holds query, key and value of each attention head in turn; this is one of the three, of all heads. */
        private String part(String name, int part) {
            int hidden = config.hiddenSize();
            int block = attention.headSize() * hidden;
            return operators.made(
                    prefix + ".in_proj." + name,
                    () -> {
                        float[] all = floats("in_proj.weight", 3 * attention.width(), hidden);
                        float[] weight = new float[attention.numHeads() * block];
                        for (int head = 0; head < attention.numHeads(); head++) {
                            System.arraycopy(all, (3 * head + part) * block, weight, head * block, block);
                        }
                        return weight;
                    },
                    attention.width(),
                    hidden);
        }

        private String positions(String projection, boolean biased, float scale) {
            int rows = 2 * attention.span();
            return operators.made(
                    prefix + "." + projection + ".positions",
                    () -> project(projection, biased, scale, rows),
                    attention.numHeads(),
                    rows,
                    attention.headSize());
        }

        private float[] project(String projection, boolean biased, float scale, int rows) {
            int width = attention.width();
            float[] weight = floats(projection + ".weight", width, config.hiddenSize());
            float[] bias = biased ? floats(projection + ".bias", width) : null;
            float[] projected = new float[Math.multiplyExact(rows, width)];
            Linear.of(Kernels.get(), weight, bias, width, config.hiddenSize())
                    .forward(Arrays.copyOf(relEmbeddings.floats(), rows * config.hiddenSize()), rows, projected);
            int size = attention.headSize();
            float[] byHead = new float[projected.length];
            for (int i = 0; i < projected.length; i++) {
                int head = i % width / size;
                byHead[(head * rows + i / width) * size + i % size] = projected[i] * scale;
            }
            return byHead;
        }

        private float[] floats(String name, long... shape) {
            return operators.checkpoint().floats(prefix + "." + name, shape);
        }
    }
}
