/** Checkpoint files: names to tensors, whatever the file. */
@NullMarked
package io.github.debertastreams.model.weights;

import org.jspecify.annotations.NullMarked;
