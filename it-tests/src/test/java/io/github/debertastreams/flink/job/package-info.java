/** A job to compare the shipped one with. */
@NullMarked
package io.github.debertastreams.flink.job;

import org.jspecify.annotations.NullMarked;
