package io.github.debertastreams.model.onnx;

/** How a graph computes its matrix products; softmax, layer normalisation and residuals are in fp32 in either. */
public enum Precision {
    FP32(ElementType.FLOAT),
    FP16(ElementType.FLOAT16);

    private final ElementType type;

    Precision(ElementType type) {
        this.type = type;
    }

    ElementType type() {
        return type;
    }
}
