/** From hidden states to logits. */
@NullMarked
package io.github.debertastreams.model.head;

import org.jspecify.annotations.NullMarked;
