package io.github.debertastreams.benchmark;

/** Work that takes as long each time. */
interface Repeatable {

    /** Who does it, for the table. */
    String name();

    /** Does it once. */
    void pass();
}
