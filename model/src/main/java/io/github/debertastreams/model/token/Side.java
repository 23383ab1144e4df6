package io.github.debertastreams.model.token;

/** At which end of a sequence something is cut off or filled up. */
public enum Side {
    LEFT,
    RIGHT
}
