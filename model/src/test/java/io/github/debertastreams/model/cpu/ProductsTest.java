package io.github.debertastreams.model.cpu;

import static io.github.debertastreams.model.kernel.KernelsForTests.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import io.github.debertastreams.model.kernel.WeightFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products that are split over a team and over blocks of rows, against the same in one go. */
class ProductsTest {

    private static final int INPUTS = 20;
    private static final int OUTPUTS = 96;

    @ParameterizedTest
    @CsvSource({"1,1,FP32", "1,700,FP32", "2,5,FP32", "3,239,FP32", "3,241,FP32", "2,700,FP32", "2,700,BF16"})
    void productsWithTheSameRowsGiveTheSameBitsAsEachAlone(int threads, int rows, WeightFormat format) {
        Kernels kernels = Kernels.get(format);
        List<Linear> linears = IntStream.range(0, 3)
                .mapToObj(seed -> Linear.of(kernels, random(OUTPUTS * INPUTS, seed), null, OUTPUTS, INPUTS))
                .toList();
        float[][] results = new float[3][rows * OUTPUTS];
        try (Team team = new Team(threads, "products-test")) {
            Products products = new Products(kernels, team);
            float[] x = new float[rows * INPUTS];
            for (int round = 0; round < 5; round++) { // what was in the input before must not be seen
                System.arraycopy(random(x.length, 10 + round), 0, x, 0, x.length);
                for (int i = 0; i < linears.size(); i++) {
                    products.add(linears.get(i), x, rows, results[i]);
                }
                products.runAdded();
                for (int i = 0; i < linears.size(); i++) {
                    float[] expected = new float[rows * OUTPUTS];
                    linears.get(i).forward(x, rows, expected);
                    assertThat(results[i]).as("round %d, product %d", round, i).isEqualTo(expected);
                }
            }
        }
    }
}
