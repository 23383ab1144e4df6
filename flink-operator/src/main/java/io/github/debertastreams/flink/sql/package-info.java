/** Models in Flink SQL: {@code CREATE MODEL} and {@code ML_PREDICT}. */
@NullMarked
package io.github.debertastreams.flink.sql;

import org.jspecify.annotations.NullMarked;
