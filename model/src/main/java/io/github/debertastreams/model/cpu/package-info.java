/** The DeBERTa encoder in pure Java. */
@NullMarked
package io.github.debertastreams.model.cpu;

import org.jspecify.annotations.NullMarked;
