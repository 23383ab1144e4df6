/** Processes and ledgers of the integration tests. */
@NullMarked
package io.github.debertastreams.it.support;

import org.jspecify.annotations.NullMarked;
