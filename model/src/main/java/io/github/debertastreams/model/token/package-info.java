/** Text to token ids and character offsets, and token batches. */
@NullMarked
package io.github.debertastreams.model.token;

import org.jspecify.annotations.NullMarked;
