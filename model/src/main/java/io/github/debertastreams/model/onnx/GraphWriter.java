package io.github.debertastreams.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An ONNX graph under construction. Tensors go by their names; constants that are equal are written once. */
final class GraphWriter {

    /** {@code GraphProto}'s fields. */
    private static final int NODE = 1;

    private static final int NAME = 2;
    private static final int INITIALIZER = 5;
    private static final int INPUT = 11;
    private static final int OUTPUT = 12;

    private final List<ProtobufWriter> nodes = new ArrayList<>();
    private final List<ProtobufWriter> constants = new ArrayList<>();
    private final List<ProtobufWriter> inputs = new ArrayList<>();
    private final List<ProtobufWriter> outputs = new ArrayList<>();
    private final List<Weight> weights = new ArrayList<>();
    private final Map<String, String> constantNames = new HashMap<>();
    private boolean runtimeOperators;

    /** An input of the graph; a dimension is a number, or a name for one that varies. */
    String input(String name, ElementType type, String... dimensions) {
        inputs.add(valueInfo(name, type, dimensions));
        return name;
    }

    /** Makes a tensor an output of the graph, under a name. */
    void output(String name, ElementType type, String tensor, String... dimensions) {
        addNode("Identity", Attributes.NONE, List.of(tensor), name);
        outputs.add(valueInfo(name, type, dimensions));
    }

    /** A node of one output. */
    String node(String operator, String... operands) {
        return node(operator, Attributes.NONE, operands);
    }

    /** A node of one output. */
    String node(String operator, Attributes attributes, String... operands) {
        String output = unused(operator);
        addNode(operator, attributes, List.of(operands), output);
        return output;
    }

    /** A node of one output, of an operator that ONNX Runtime alone has. */
    String runtimeNode(String operator, Attributes attributes, String... operands) {
        String output = unused(operator);
        addNode(operator, attributes, List.of(operands), output).text(7, OnnxGraph.RUNTIME_DOMAIN);
        runtimeOperators = true;
        return output;
    }

    /** A name for what the next node gives. */
    private String unused(String operator) {
        return operator + "_" + nodes.size();
    }

    private ProtobufWriter addNode(String operator, Attributes attributes, List<String> operands, String output) {
        ProtobufWriter node = new ProtobufWriter();
        operands.forEach(operand -> node.text(1, operand));
        node.text(2, output).text(3, output).text(4, operator);
        attributes.protos().forEach(attribute -> node.message(5, attribute));
        nodes.add(node);
        return node;
    }

    /** A constant list of integers, such as a shape or axes. */
    String integers(long... values) {
        ByteBuffer bytes = littleEndian(Long.BYTES * values.length);
        bytes.asLongBuffer().put(values);
        return constant(ElementType.INT64, bytes, "integers" + Arrays.toString(values), values.length);
    }

    /** A constant integer. */
    String integer(long value) {
        return constant(ElementType.INT64, littleEndian(Long.BYTES).putLong(0, value), "integer " + value);
    }

    /** A constant number. */
    String number(float value) {
        return constant(ElementType.FLOAT, littleEndian(Float.BYTES).putFloat(0, value), "number " + value);
    }

    /** A tensor whose elements stay outside of the graph. */
    String weight(Weight weight) {
        String key = "weight " + weight.name();
        if (constantNames.putIfAbsent(key, weight.name()) == null) {
            weights.add(weight);
        }
        return weight.name();
    }

    /**
     * The graph.
     *
     * @param weightsFile where it looks for its weights
     */
    OnnxGraph finish(String name, String weightsFile) {
        ProtobufWriter graph = new ProtobufWriter();
        nodes.forEach(node -> graph.message(NODE, node));
        graph.text(NAME, name);
        constants.forEach(constant -> graph.message(INITIALIZER, constant));
        long offset = 0;
        List<Long> offsets = new ArrayList<>();
        for (Weight weight : weights) {
            graph.message(INITIALIZER, OnnxGraph.external(weight, weightsFile, offset));
            offsets.add(offset);
            offset = OnnxGraph.aligned(offset + weight.byteLength());
        }
        inputs.forEach(input -> graph.message(INPUT, input));
        outputs.forEach(output -> graph.message(OUTPUT, output));
        return OnnxGraph.of(graph, runtimeOperators, weights, offsets);
    }

    private String constant(ElementType type, ByteBuffer bytes, String key, long... shape) {
        return constantNames.computeIfAbsent(key, unused -> {
            String name = "constant_" + constants.size();
            ProtobufWriter tensor = OnnxGraph.tensor(name, type, shape);
            constants.add(tensor.bytes(OnnxGraph.RAW_DATA, bytes.array()));
            return name;
        });
    }

    private static ByteBuffer littleEndian(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ProtobufWriter valueInfo(String name, ElementType type, String... dimensions) {
        ProtobufWriter shape = new ProtobufWriter();
        for (String dimension : dimensions) {
            ProtobufWriter proto = new ProtobufWriter();
            if (Character.isDigit(dimension.charAt(0))) {
                proto.integer(1, Long.parseLong(dimension));
            } else {
                proto.text(2, dimension);
            }
            shape.message(1, proto);
        }
        ProtobufWriter tensor = new ProtobufWriter().integer(1, type.number()).message(2, shape);
        return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
    }
}
