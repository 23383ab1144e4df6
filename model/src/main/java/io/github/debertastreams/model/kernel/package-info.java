/** Numeric kernels over float arrays: Vector API, with a scalar twin. */
@NullMarked
package io.github.debertastreams.model.kernel;

import org.jspecify.annotations.NullMarked;
