/** A client for registries that speak Confluent's Schema Registry API, and the wire format that goes with them. */
@NullMarked
package io.github.debertastreams.schemas.registry;

import org.jspecify.annotations.NullMarked;
