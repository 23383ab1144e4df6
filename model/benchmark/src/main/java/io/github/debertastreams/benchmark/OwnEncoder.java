package io.github.debertastreams.benchmark;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TensorModel;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.token.TokenBatch;

/** One of our own backends. */
final class OwnEncoder implements EncoderContestant {

    private final TensorModel model;
    private TokenBatch batch;

    OwnEncoder(ModelOptions options) {
        this.model = TensorModel.open(options);
        this.batch = EncoderShape.parse("1x1").batch(model.config().vocabularySize());
    }

    @Override
    public String name() {
        return "deberta, " + model.backend();
    }

    @Override
    public void prepare(EncoderShape shape) {
        batch = shape.batch(model.config().vocabularySize());
    }

    @Override
    public void pass() {
        model.forward(batch, EncoderTrace.NONE);
    }

    @Override
    public float[] hiddenStates() {
        return model.forward(batch, EncoderTrace.NONE).values();
    }

    @Override
    public void close() {
        model.close();
    }
}
