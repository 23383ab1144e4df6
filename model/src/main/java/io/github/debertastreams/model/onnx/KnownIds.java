package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.TokenBatch;

/** Ids that a model has embeddings for: in a graph another one fails the whole run. */
final class KnownIds {

    private KnownIds() {}

    /** @throws ModelException of kind {@code INVALID_INPUT} for one that it does not have */
    static void require(TokenBatch batch, ModelConfig config, boolean maskDecoder) {
        require("input id", batch.inputIds(), config.vocabularySize());
        if (config.typeVocabularySize() > 0) {
            require("token type id", batch.tokenTypeIds(), config.typeVocabularySize());
        }
        if (config.positionBiasedInput() || maskDecoder) {
            require("position id", batch.positionIds(), config.maxPositionEmbeddings());
        }
    }

    private static void require(String what, int[] ids, int count) {
        for (int id : ids) {
            if (id < 0 || id >= count) {
                throw ModelException.invalidInput(what + " is " + id + ", expected 0 to " + (count - 1));
            }
        }
    }
}
