/** Avro contracts of events and predictions, their wire codec, and the mapping onto them. */
@NullMarked
package io.github.debertastreams.schemas;

import org.jspecify.annotations.NullMarked;
