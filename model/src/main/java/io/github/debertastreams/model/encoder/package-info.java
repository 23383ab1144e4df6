/** The seam between heads and backends: token batch in, logits out. */
@NullMarked
package io.github.debertastreams.model.encoder;

import org.jspecify.annotations.NullMarked;
