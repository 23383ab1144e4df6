/** The Kafka Streams host. */
@NullMarked
package io.github.debertastreams.kafka;

import org.jspecify.annotations.NullMarked;
