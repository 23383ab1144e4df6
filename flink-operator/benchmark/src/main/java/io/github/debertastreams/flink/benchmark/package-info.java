/** {@code deberta bench flink}. */
@NullMarked
package io.github.debertastreams.flink.benchmark;

import org.jspecify.annotations.NullMarked;
