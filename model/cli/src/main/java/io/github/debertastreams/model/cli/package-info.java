/** The command line over a model directory. */
@NullMarked
package io.github.debertastreams.model.cli;

import org.jspecify.annotations.NullMarked;
