package io.github.debertastreams.model.onnx;

import java.util.ArrayList;
import java.util.List;

/** Attributes of a graph's node: {@code AttributeProto}s. */
record Attributes(List<ProtobufWriter> protos) {

    static final Attributes NONE = new Attributes(List.of());

    private static final int NAME = 1;
    private static final int FLOAT_VALUE = 2;
    private static final int INT_VALUE = 3;
    private static final int STRING_VALUE = 4;
    private static final int INT_VALUES = 8;
    private static final int TYPE = 20;
    private static final int FLOAT_TYPE = 1;
    private static final int INT_TYPE = 2;
    private static final int STRING_TYPE = 3;
    private static final int INTS_TYPE = 7;

    static Attributes of(String name, float value) {
        return NONE.with(name, value);
    }

    static Attributes of(String name, long value) {
        return NONE.with(name, value);
    }

    static Attributes of(String name, String value) {
        return NONE.and(proto(name, STRING_TYPE).text(STRING_VALUE, value));
    }

    static Attributes list(String name, long... values) {
        ProtobufWriter proto = proto(name, INTS_TYPE);
        for (long value : values) {
            proto.integer(INT_VALUES, value);
        }
        return NONE.and(proto);
    }

    Attributes with(String name, float value) {
        return and(proto(name, FLOAT_TYPE).real(FLOAT_VALUE, value));
    }

    Attributes with(String name, long value) {
        return and(proto(name, INT_TYPE).integer(INT_VALUE, value));
    }

    Attributes with(Attributes others) {
        List<ProtobufWriter> all = new ArrayList<>(protos);
        all.addAll(others.protos);
        return new Attributes(all);
    }

    private Attributes and(ProtobufWriter proto) {
        return with(new Attributes(List.of(proto)));
    }

    private static ProtobufWriter proto(String name, int type) {
        return new ProtobufWriter().text(NAME, name).integer(TYPE, type);
    }
}
