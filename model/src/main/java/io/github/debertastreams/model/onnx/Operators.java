package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.kernel.Activation;
import io.github.debertastreams.model.weights.Checkpoint;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * The layers that DeBERTa is made of, as nodes of a graph. States are fp32; {@link #narrow} makes them what matrix products read.
 */
record Operators(GraphWriter graph, Checkpoint checkpoint, Precision precision, boolean runtimeOperators, float eps) {

    /** {@code x · Wᵀ + b} of {@code NAME.weight [outputs, inputs]}, rows in and out, in the products' type. */
    String linear(String x, String name, int outputs, int inputs) {
        String bias = product(name + ".bias", outputs);
        return linear(x, product(name + ".weight", outputs, inputs), bias, 1);
    }

    /** {@code (x · Wᵀ + b) · scale}: scaled before it is rounded to the products' type. */
    String linear(String x, String weight, String bias, float scale) {
        return graph.node(
                "Gemm", Attributes.of("transB", 1).with("alpha", scale).with("beta", scale), x, weight, bias);
    }

    /** {@code x · Wᵀ}. */
    String linear(String x, String weight) {
        return graph.node("Gemm", Attributes.of("transB", 1), x, weight);
    }

    /**
     * {@code LayerNorm(x · Wᵀ + b + residual)}, in fp32, of {@code NAME.dense} and {@code NAME.LayerNorm}. Source: HF
     * {@code DebertaSelfOutput}, {@code DebertaOutput}.
     */
    String output(String x, String name, int outputs, int inputs, String residual) {
        if (!runtimeOperators) {
            String rows = widen(linear(x, name + ".dense", outputs, inputs));
            return norm(graph.node("Add", rows, residual), name + ".LayerNorm", outputs);
        }
        String weight = product(name + ".dense.weight", outputs, inputs);
        return graph.runtimeNode(
                "SkipLayerNormalization",
                Attributes.of("epsilon", eps),
                widen(linear(x, weight)),
                residual,
                full(name + ".LayerNorm.weight", outputs),
                full(name + ".LayerNorm.bias", outputs),
                full(name + ".dense.bias", outputs));
    }

    /** Layer normalisation over the last dimension, in fp32. */
    String norm(String x, String name, int size) {
        return graph.node(
                "LayerNormalization",
                Attributes.of("axis", -1).with("epsilon", eps),
                x,
                full(name + ".weight", size),
                full(name + ".bias", size));
    }

    /** An activation of values in the products' type. */
    String activation(Activation activation, String x) {
        boolean safe =
                activation == Activation.GELU || activation == Activation.RELU || activation == Activation.LINEAR;
        return safe
                ? new Activations(graph).apply(activation, x)
                : narrow(new Activations(graph).apply(activation, widen(x)));
    }

    String narrow(String x) {
        return precision == Precision.FP32 ? x : cast(x, ElementType.FLOAT16);
    }

    String widen(String x) {
        return precision == Precision.FP32 ? x : cast(x, ElementType.FLOAT);
    }

    String cast(String x, ElementType type) {
        return graph.node("Cast", Attributes.of("to", type.number()), x);
    }

    /** A tensor of the checkpoint in the products' type. */
    String product(String name, long... shape) {
        return weight(name, precision.type(), () -> checkpoint.floatBytes(name, shape), shape);
    }

    /** A tensor of the checkpoint in fp32. */
    String full(String name, long... shape) {
        return weight(name, ElementType.FLOAT, () -> checkpoint.floatBytes(name, shape), shape);
    }

    /** A tensor in the products' type, made of others when it is asked for. */
    String made(String name, FloatsSource values, long... shape) {
        return weight(name, precision.type(), () -> FloatsSource.bytes(values), shape);
    }

    /** Where floats come from, when they are asked for. */
    interface FloatsSource {
        float[] floats();

        private static ByteBuffer bytes(FloatsSource source) {
            return Checkpoint.bytes(source.floats());
        }
    }

    private String weight(String name, ElementType type, Supplier<ByteBuffer> floats, long... shape) {
        return graph.weight(new Weight(
                name, type, shape, type == ElementType.FLOAT16 ? () -> HalfFloats.bytes(floats.get()) : floats));
    }
}
