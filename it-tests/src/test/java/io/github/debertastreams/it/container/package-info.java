/** Tests that need a container engine: both hosts in their images against a real broker, and the compose file. */
@NullMarked
package io.github.debertastreams.it.container;

import org.jspecify.annotations.NullMarked;
