package io.github.debertastreams.model.head;

/** Spells tokens out; a tokenizer does. */
public interface TokenSpelling {

    /** The vocabulary's entry of one id, such as {@code Ġworld}. */
    String token(int id);

    /** The text of some ids; HF {@code convert_tokens_to_string}. */
    String text(int[] ids);
}
