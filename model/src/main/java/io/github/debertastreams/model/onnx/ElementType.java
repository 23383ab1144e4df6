package io.github.debertastreams.model.onnx;

/** Element types of tensors, with ONNX's numbers for them. */
enum ElementType {
    FLOAT(1, 4),
    INT64(7, 8),
    FLOAT16(10, 2);

    private final int number;
    private final int bytes;

    ElementType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    int number() {
        return number;
    }

    int bytes() {
        return bytes;
    }
}
