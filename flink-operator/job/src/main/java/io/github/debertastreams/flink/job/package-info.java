/** The packaged job: rules of a properties file, Kafka to Kafka. */
@NullMarked
package io.github.debertastreams.flink.job;

import org.jspecify.annotations.NullMarked;
