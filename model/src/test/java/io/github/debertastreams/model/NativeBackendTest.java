package io.github.debertastreams.model;

/** The backend in pure Java. */
class NativeBackendTest extends BackendContract {

    NativeBackendTest() {
        super(BackendOptions.Kind.NATIVE);
    }
}
