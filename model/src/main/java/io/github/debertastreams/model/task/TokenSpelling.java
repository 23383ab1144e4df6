package io.github.debertastreams.model.task;

import io.github.debertastreams.model.token.Tokenizer;

/** Spells tokens out; a tokenizer does. */
interface TokenSpelling {

    static TokenSpelling of(Tokenizer tokenizer) {
        return new TokenSpelling() {
            @Override
            public String token(int id) {
                return tokenizer.token(id);
            }

            @Override
            public String text(int[] ids) {
                return tokenizer.decode(ids, false);
            }
        };
    }

    /** The vocabulary's entry of one id, such as {@code Ġworld}. */
    String token(int id);

    /** The text of some ids; HF {@code convert_tokens_to_string}. */
    String text(int[] ids);
}
