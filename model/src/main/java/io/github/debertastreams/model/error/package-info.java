/** The one exception of the model module and its kinds. */
@NullMarked
package io.github.debertastreams.model.error;

import org.jspecify.annotations.NullMarked;
