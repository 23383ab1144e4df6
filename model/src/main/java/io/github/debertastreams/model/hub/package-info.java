/** Models of a Hugging Face hub: their names, the local cache, and fetching what is not in it. */
@NullMarked
package io.github.debertastreams.model.hub;

import org.jspecify.annotations.NullMarked;
