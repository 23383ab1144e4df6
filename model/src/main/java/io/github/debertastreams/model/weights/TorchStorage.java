package io.github.debertastreams.model.weights;

/**
 * A flat run of elements that tensors look into, as a pickle claims it.
 *
 * @param key names the storage within its file
 * @param elements how many the pickle says there are
 */
record TorchStorage(String key, TensorInfo.Type type, long elements) {

    /** Bytes of the storage, or -1 where that does not fit a {@code long}. */
    long byteLength() {
        return TensorInfo.byteLength(type, new long[] {elements});
    }
}
