package io.github.debertastreams.model.weights;

/**
 * A view of a storage: element {@code (i, j, …)} is the storage's element {@code offset + i * strides[0] + j * strides[1] + …}.
 * Shape, strides and offset have been checked against what the pickle says of the storage.
 */
record TorchTensor(TorchStorage storage, long offset, long[] shape, long[] strides) {

    /**
     * The view, checked.
     *
     * @throws IllegalArgumentException saying what does not fit
     */
    static TorchTensor of(TorchStorage storage, long offset, long[] shape, long[] strides) {
        if (shape.length != strides.length) {
            throw new IllegalArgumentException(shape.length + " dimensions and " + strides.length + " strides");
        }
        if (TensorInfo.byteLength(storage.type(), shape) < 0) {
            throw new IllegalArgumentException("a shape that is negative or overflows");
        }
        long elements = 1;
        long last = offset;
        try {
            for (int i = 0; i < shape.length; i++) {
                if (strides[i] < 0) {
                    throw new IllegalArgumentException("the stride " + strides[i]);
                }
                elements = Math.multiplyExact(elements, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("strides that overflow", e);
        }
        if (offset < 0 || (elements > 0 ? last >= storage.elements() : offset > storage.elements())) {
            throw new IllegalArgumentException(
                    "elements " + offset + " to " + last + " of a storage of " + storage.elements());
        }
        if (elements > storage.elements()) {
            throw new IllegalArgumentException(
                    elements + " elements from a storage of " + storage.elements() + ": nothing is repeated here");
        }
        return new TorchTensor(storage, offset, shape, strides);
    }

    /** Index of the last element of the storage that the tensor reads; less than the offset when it reads none. */
    long last() {
        long last = offset;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0) {
                return offset - 1;
            }
            last += (shape[i] - 1) * strides[i];
        }
        return last;
    }

    /** Whether the elements lie densely in row-major order. */
    boolean dense() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != expected) {
                return last() < offset;
            }
            expected *= shape[i];
        }
        return true;
    }
}
