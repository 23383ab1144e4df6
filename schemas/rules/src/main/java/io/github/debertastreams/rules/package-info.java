/**
 * Rules, each from one topic through one model to another topic, as both hosts read them from a properties file; and the decoders
 * that find the texts in records. Knows neither Kafka Streams nor Flink.
 */
@NullMarked
package io.github.debertastreams.rules;

import org.jspecify.annotations.NullMarked;
