/** Micro-batching: requests of many threads merged into batches. */
@NullMarked
package io.github.debertastreams.model.batch;

import org.jspecify.annotations.NullMarked;
