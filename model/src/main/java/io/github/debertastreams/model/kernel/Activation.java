package io.github.debertastreams.model.kernel;

import io.github.debertastreams.model.error.ModelException;
import java.util.Arrays;
import java.util.List;

/** The activations of DeBERTa configurations, under the names of Hugging Face's {@code ACT2FN}. */
public enum Activation {
    GELU(List.of("gelu", "gelu_python")) {
        @Override
        public void apply(Kernels kernels, float[] x, int offset, int length) {
            kernels.gelu(x, offset, length);
        }

        @Override
        double of(double x) {
            return 0.5 * x * (1 + Erf.of(x * Math.sqrt(0.5)));
        }
    },
    GELU_CLIPPED(List.of("gelu_10")) {
        @Override
        double of(double x) {
            return Math.min(10, Math.max(-10, GELU.of(x)));
        }
    },
    GELU_TANH(List.of("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate")) {
        @Override
        double of(double x) {
            return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        }
    },
    QUICK_GELU(List.of("quick_gelu")) {
        @Override
        double of(double x) {
            return x / (1 + Math.exp(-1.702 * x));
        }
    },
    RELU(List.of("relu")) {
        @Override
        double of(double x) {
            return Math.max(0, x);
        }
    },
    RELU2(List.of("relu2")) {
        @Override
        double of(double x) {
            return x > 0 ? x * x : 0;
        }
    },
    RELU6(List.of("relu6")) {
        @Override
        double of(double x) {
            return Math.min(6, Math.max(0, x));
        }
    },
    LEAKY_RELU(List.of("leaky_relu")) {
        @Override
        double of(double x) {
            return x < 0 ? 0.01 * x : x;
        }
    },
    SILU(List.of("silu", "swish")) {
        @Override
        double of(double x) {
            return x / (1 + Math.exp(-x));
        }
    },
    HARD_SWISH(List.of("hardswish")) {
        @Override
        double of(double x) {
            return x * RELU6.of(x + 3) / 6;
        }
    },
    MISH(List.of("mish")) {
        @Override
        double of(double x) {
            return x * Math.tanh(softplus(x));
        }
    },
    SQRT_SOFTPLUS(List.of("sqrtsoftplus")) {
        @Override
        double of(double x) {
            return Math.sqrt(softplus(x));
        }
    },
    LAPLACE(List.of("laplace")) {
        @Override
        double of(double x) {
            return 0.5 * (1 + Erf.of((x - 0.707107) / (0.282095 * Math.sqrt(2))));
        }
    },
    TANH(List.of("tanh")) {
        @Override
        double of(double x) {
            return Math.tanh(x);
        }
    },
    SIGMOID(List.of("sigmoid")) {
        @Override
        double of(double x) {
            return 1 / (1 + Math.exp(-x));
        }
    },
    LINEAR(List.of("linear")) {
        @Override
        double of(double x) {
            return x;
        }
    };

    private final List<String> names;

    Activation(List<String> names) {
        this.names = names;
    }

    /** The activation that a config.json names. */
    public static Activation named(String key, String name) {
        for (Activation activation : values()) {
            if (activation.names.contains(name)) {
                return activation;
            }
        }
        throw ModelException.bundle("config.json: " + key + " is '" + name + "', expected one of "
                + Arrays.stream(values())
                        .flatMap(activation -> activation.names.stream())
                        .toList());
    }

    abstract double of(double x);

    private static double softplus(double x) {
        return Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x);
    }

    /** Applies the activation in place. */
    public void apply(Kernels kernels, float[] x, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            x[i] = (float) of(x[i]);
        }
    }
}
