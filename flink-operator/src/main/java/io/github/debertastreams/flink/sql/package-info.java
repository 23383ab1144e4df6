/** Models in Flink SQL: {@code CREATE MODEL}, {@code ML_PREDICT}, and a scalar function. */
@NullMarked
package io.github.debertastreams.flink.sql;

import org.jspecify.annotations.NullMarked;
