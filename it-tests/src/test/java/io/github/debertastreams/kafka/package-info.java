/** Main programs of the crash test, in the processor's package to reach its seam for models. */
@NullMarked
package io.github.debertastreams.kafka;

import org.jspecify.annotations.NullMarked;
