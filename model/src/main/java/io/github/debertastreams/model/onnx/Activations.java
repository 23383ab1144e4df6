package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.kernel.Activation;

/** Activations as nodes of a graph. */
record Activations(GraphWriter graph) {

    String apply(Activation activation, String x) {
        return switch (activation) {
            case GELU -> graph.node("Gelu", x);
            case GELU_CLIPPED -> graph.node("Clip", graph.node("Gelu", x), graph.number(-10), graph.number(10));
            case GELU_TANH -> graph.node("Gelu", Attributes.of("approximate", "tanh"), x);
            case QUICK_GELU -> graph.node("Mul", x, graph.node("Sigmoid", graph.node("Mul", x, graph.number(1.702f))));
            case RELU -> graph.node("Relu", x);
            case RELU2 -> {
                String positive = graph.node("Relu", x);
                yield graph.node("Mul", positive, positive);
            }
            case RELU6 -> graph.node("Clip", x, graph.number(0), graph.number(6));
            case LEAKY_RELU -> graph.node("LeakyRelu", Attributes.of("alpha", 0.01f), x);
            case SILU -> graph.node("Mul", x, graph.node("Sigmoid", x));
            case HARD_SWISH -> graph.node("HardSwish", x);
            case MISH -> graph.node("Mish", x);
            case SQRT_SOFTPLUS -> graph.node("Sqrt", graph.node("Softplus", x));
            case LAPLACE -> laplace(x);
            case TANH -> graph.node("Tanh", x);
            case SIGMOID -> graph.node("Sigmoid", x);
            case LINEAR -> x;
        };
    }

    private String laplace(String x) {
        String shifted = graph.node("Sub", x, graph.number(0.707107f));
        float width = (float) (0.282095 * Math.sqrt(2));
        String erf = graph.node("Erf", graph.node("Div", shifted, graph.number(width)));
        return graph.node("Mul", graph.number(0.5f), graph.node("Add", erf, graph.number(1)));
    }
}
