package io.github.debertastreams.model.onnx;

import java.util.List;

/**
 * A finished ONNX model: a small proto, and the weights that it names in a file beside it.
 *
 * @param model {@code ModelProto}, owned by the record
 * @param offsets where each weight begins in the file of weights
 */
record OnnxGraph(byte[] model, List<Weight> weights, List<Long> offsets) {

    static final int RAW_DATA = 9;

    /** ONNX 1.15: the first with an operator for the erf form of GELU. */
    private static final int OPSET = 20;

    private static final int IR_VERSION = 9;

    /** Where ONNX Runtime keeps operators of its own, and their version. */
    static final String RUNTIME_DOMAIN = "com.microsoft";

    private static final int RUNTIME_OPSET = 1;

    /** Page size: weights can be mapped one by one. */
    private static final long ALIGNMENT = 4096;

    /** @param runtimeOperators whether there are nodes of {@link #RUNTIME_DOMAIN} */
    static OnnxGraph of(ProtobufWriter graph, boolean runtimeOperators, List<Weight> weights, List<Long> offsets) {
        ProtobufWriter model = new ProtobufWriter()
                .integer(1, IR_VERSION)
                .text(2, "deberta-streams")
                .message(7, graph)
                .message(8, opset("", OPSET));
        if (runtimeOperators) {
            model.message(8, opset(RUNTIME_DOMAIN, RUNTIME_OPSET));
        }
        return new OnnxGraph(model.toByteArray(), List.copyOf(weights), List.copyOf(offsets));
    }

    private static ProtobufWriter opset(String domain, int version) {
        return new ProtobufWriter().text(1, domain).integer(2, version);
    }

    static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** A {@code TensorProto} without elements. */
    static ProtobufWriter tensor(String name, ElementType type, long... shape) {
        ProtobufWriter tensor = new ProtobufWriter();
        for (long dimension : shape) {
            tensor.integer(1, dimension);
        }
        return tensor.integer(2, type.number()).text(8, name);
    }

    /** A {@code TensorProto} whose elements are in the file of weights. */
    static ProtobufWriter external(Weight weight, String file, long offset) {
        return tensor(weight.name(), weight.type(), weight.shape())
                .message(13, entry("location", file))
                .message(13, entry("offset", Long.toString(offset)))
                .message(13, entry("length", Long.toString(weight.byteLength())))
                .integer(14, 1);
    }

    private static ProtobufWriter entry(String key, String value) {
        return new ProtobufWriter().text(1, key).text(2, value);
    }
}
