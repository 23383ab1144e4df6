/** From texts to the sequences that a model reads, and from their logits to typed predictions. */
@NullMarked
package io.github.debertastreams.model.task;

import org.jspecify.annotations.NullMarked;
