package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.Linear;
import java.util.List;

/** Our kernels' products, one thread; biases of zero are added. */
final class OwnProducts implements Repeatable {

    private final Products products;
    private final List<Linear> layers;
    private final float[] product;

    OwnProducts(Products products) {
        Kernels kernels = Kernels.get();
        kernels.warmUp();
        this.products = products;
        this.layers = products.weights().stream()
                .map(weight -> Linear.of(kernels, weight, null, products.columns(), products.inner()))
                .toList();
        this.product = new float[products.rows() * products.columns()];
    }

    @Override
    public String name() {
        return "deberta, " + Kernels.get().name();
    }

    @Override
    public void pass() {
        for (Linear layer : layers) {
            layer.forward(products.left(), products.rows(), product);
        }
    }

    /** The last product. */
    float[] product() {
        return product;
    }
}
