package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.encoder.ModelConfig;

/** The arithmetic that an encoder cannot do without. */
final class EncoderCost {

    private EncoderCost() {}

    /** Floating-point operations for one batch: the products with weights, and of each text the scores and the weighted values. */
    static double operations(ModelConfig config, EncoderShape shape) {
        double hidden = config.hiddenSize();
        double width = config.attention().width();
        double perToken = 2 * (4 * hidden * width + 2 * hidden * config.intermediateSize());
        double perPair = 2 * width * (1 + config.attention().terms());
        double operations = 0;
        for (int length : shape.lengths()) {
            operations += length * perToken + (double) length * length * perPair;
        }
        return operations * config.numHiddenLayers();
    }
}
