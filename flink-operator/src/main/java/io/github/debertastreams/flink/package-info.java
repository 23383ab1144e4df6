/** The Flink host. */
@NullMarked
package io.github.debertastreams.flink;

import org.jspecify.annotations.NullMarked;
