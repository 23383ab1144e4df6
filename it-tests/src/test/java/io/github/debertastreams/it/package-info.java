/** End to end: brokers, faults, counts. */
@NullMarked
package io.github.debertastreams.it;

import org.jspecify.annotations.NullMarked;
