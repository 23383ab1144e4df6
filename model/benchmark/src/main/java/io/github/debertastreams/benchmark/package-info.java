/** The model measured beside its peers, and compared with them. */
@NullMarked
package io.github.debertastreams.benchmark;

import org.jspecify.annotations.NullMarked;
