package io.github.debertastreams.model.encoder;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.kernel.Activation;

/**
 * The convolution beside the first layer, which some v2 models have.
 *
 * @param kernelSize tokens that one output reads; odd
 * @param groups of channels that do not mix; they divide the hidden size
 */
public record ConvolutionConfig(int kernelSize, int groups, Activation activation) {

    public ConvolutionConfig {
        if (kernelSize % 2 == 0) {
            throw ModelException.bundle("config.json: conv_kernel_size is " + kernelSize
                    + ", expected an odd number: an even one shortens the sequence");
        }
    }
}
