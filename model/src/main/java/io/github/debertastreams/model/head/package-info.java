/** From hidden states to logits, and from logits to typed predictions. */
@NullMarked
package io.github.debertastreams.model.head;

import org.jspecify.annotations.NullMarked;
