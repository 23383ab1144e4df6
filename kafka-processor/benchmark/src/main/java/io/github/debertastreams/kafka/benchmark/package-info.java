/** {@code deberta bench kafka}. */
@NullMarked
package io.github.debertastreams.kafka.benchmark;

import org.jspecify.annotations.NullMarked;
