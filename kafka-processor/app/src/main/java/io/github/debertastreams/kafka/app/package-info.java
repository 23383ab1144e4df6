/** The packaged Kafka processor and its demo. */
@NullMarked
package io.github.debertastreams.kafka.app;

import org.jspecify.annotations.NullMarked;
