/** Texts in, typed predictions out: the root that wires tokenizer, encoder and head of one model directory. */
@NullMarked
package io.github.debertastreams.model;

import org.jspecify.annotations.NullMarked;
