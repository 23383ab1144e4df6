package io.github.debertastreams.model.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.debertastreams.model.error.ModelException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every activation against Hugging Face's, computed with torch in fp64. */
class ActivationTest {

    private static final float[] X = {-12, -5, -3.5f, -1, -0.3f, 0, 0.2f, 0.7f, 1, 2.5f, 3, 6.5f, 12};

    @ParameterizedTest
    @CsvSource(delimiter = ':', textBlock = """
            gelu: 0 -1.43325786e-06 -0.000814201777 -0.158655254 -0.114626573 0 0.115851942 0.530625443 0.841344746 2.48447584 2.99595031 6.5 12
            gelu_python: 0 -1.43325786e-06 -0.000814201777 -0.158655254 -0.114626573 0 0.115851942 0.530625443 0.841344746 2.48447584 2.99595031 6.5 12
            gelu_10: 0 -1.43325786e-06 -0.000814201777 -0.158655254 -0.114626573 0 0.115851942 0.530625443 0.841344746 2.48447584 2.99595031 6.5 10
            gelu_new: 0 -2.2917962e-07 -0.000616197655 -0.158808009 -0.114629076 0 0.11585143 0.530570135 0.841191991 2.48491573 2.99636261 6.5 12
            gelu_fast: 0 -2.2917962e-07 -0.000616197655 -0.158808009 -0.114629076 0 0.11585143 0.530570135 0.841191991 2.48491573 2.99636261 6.5 12
            gelu_pytorch_tanh: 0 -2.2917962e-07 -0.000616197655 -0.158808009 -0.114629076 0 0.11585143 0.530570135 0.841191991 2.48491573 2.99636261 6.5 12
            gelu_python_tanh: 0 -2.2917962e-07 -0.000616197655 -0.158808009 -0.114629076 0 0.11585143 0.530570135 0.841191991 2.48491573 2.99636261 6.5 12
            gelu_accurate: 0 -2.2917962e-07 -0.000616197655 -0.158808009 -0.114629076 0 0.11585143 0.530570135 0.841191991 2.48491573 2.99636261 6.5 12
            quick_gelu: -1.61864178e-08 -0.00100701627 -0.00903344613 -0.154204234 -0.112515865 0 0.116857537 0.536893952 0.845795766 2.46501383 2.98192869 6.49989807 12
            relu: 0 0 0 0 0 0 0.2 0.7 1 2.5 3 6.5 12
            relu2: 0 0 0 0 0 0 0.04 0.49 1 6.25 9 42.25 144
            relu6: 0 0 0 0 0 0 0.2 0.7 1 2.5 3 6 6
            leaky_relu: -0.12 -0.05 -0.035 -0.01 -0.003 0 0.2 0.7 1 2.5 3 6.5 12
            silu: -7.37300952e-05 -0.0334642546 -0.102592808 -0.268941421 -0.127667245 0 0.109966799 0.467731441 0.731058579 2.31035455 2.85772238 6.49024232 11.9999263
            swish: -7.37300952e-05 -0.0334642546 -0.102592808 -0.268941421 -0.127667245 0 0.109966799 0.467731441 0.731058579 2.31035455 2.85772238 6.49024232 11.9999263
            mish: -7.37303217e-05 -0.0335762377 -0.104095754 -0.303401461 -0.151133177 0 0.132599002 0.561148378 0.865098388 2.4713923 2.986535 6.4999707 12
            tanh: -1 -0.999909204 -0.998177898 -0.761594156 -0.291312612 0 0.19737532 0.604367777 0.761594156 0.986614298 0.995054754 0.999995479 1
            sigmoid: 6.1441746e-06 0.00669285092 0.0293122308 0.268941421 0.425557483 0.5 0.549833997 0.668187772 0.731058579 0.92414182 0.952574127 0.998498818 0.999993856
            linear: -12 -5 -3.5 -1 -0.3 0 0.2 0.7 1 2.5 3 6.5 12
            hardswish: 0 0 0 -0.333333333 -0.135 0 0.106666667 0.431666667 0.666666667 2.29166667 3 6.5 12
            laplace: 0 0 0 7.17372606e-10 0.000178423356 0.00609445962 0.0361165474 0.489950255 0.850429649 1 1 1 1
            sqrtsoftplus: 0.00247874837 0.0819472299 0.172483096 0.559697854 0.744550364 0.832554611 0.893386182 1.05032664 1.1459763 1.60589219 1.74602043 2.54980437 3.4641025
            """)
    void agreesWithTorch(String name, String expected) {
        String[] values = expected.strip().split(" ");
        assertThat(values).hasSameSizeAs(X);
        for (Kernels kernels : KernelsForTests.all()) {
            float[] actual = X.clone();
            Activation.named("hidden_act", name).apply(kernels, actual, 0, actual.length);
            for (int i = 0; i < actual.length; i++) {
                double value = Double.parseDouble(values[i]);
                assertThat((double) actual[i])
                        .as("%s(%s) with %s kernels", name, X[i], kernels.name())
                        .isCloseTo(value, Offset.offset(1e-6 * Math.max(1, Math.abs(value))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prelu", "xielu", "GELU", ""})
    void refusesTheNameOfWhatItDoesNotHave(String name) {
        assertThatThrownBy(() -> Activation.named("conv_act", name))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("conv_act is '" + name + "', expected one of [gelu");
    }
}
