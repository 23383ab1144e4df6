package io.github.debertastreams.schemas.registry;

import org.jspecify.annotations.Nullable;

/** The registry did not answer in time, refused us, or answered what nobody understands: no record is to blame. */
public final class RegistryException extends RuntimeException {

    public RegistryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public RegistryException(String message) {
        this(message, null);
    }
}
