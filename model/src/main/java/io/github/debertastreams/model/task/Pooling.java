package io.github.debertastreams.model.task;

/** What becomes of the vectors of a text's tokens. */
public enum Pooling {
    /** All of them are reported. */
    NONE,
    /** The first token's stands for the text. */
    CLS,
    /** Their mean stands for the text, special tokens included. */
    MEAN
}
