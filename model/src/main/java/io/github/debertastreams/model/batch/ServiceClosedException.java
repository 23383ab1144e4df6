package io.github.debertastreams.model.batch;

/** A request to something that serves no more. */
final class ServiceClosedException extends IllegalStateException {

    ServiceClosedException() {
        super("the prediction service is closed");
    }
}
