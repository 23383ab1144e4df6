package io.github.debertastreams.benchmark;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same products as ONNX Runtime's MatMul, one thread: weights are constants that it packs when it opens, output goes to one buffer. */
final class MatMuls implements Repeatable, AutoCloseable {

    private static final int OPSET = 20;
    private static final int IR_VERSION = 9;
    private static final int FLOAT = 1;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final List<OrtSession> sessions = new ArrayList<>();
    private final FloatBuffer output;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    MatMuls(Products products) {
        int rows = products.rows();
        int inner = products.inner();
        int columns = products.columns();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            for (float[] weight : products.weights()) {
                sessions.add(environment.createSession(model(weight, inner, columns), options));
            }
            inputs = Map.of("a", tensor(products.left(), rows, inner));
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(Float.BYTES * rows * columns).order(ByteOrder.nativeOrder());
            output = bytes.asFloatBuffer();
            long[] shape = {rows, columns};
            outputs = Map.of("c", OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.FLOAT));
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return "ONNX Runtime " + environment.getVersion() + ", MatMul";
    }

    @Override
    public void pass() {
        try {
            for (OrtSession session : sessions) {
                session.run(inputs, outputs).close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last product. */
    float[] product() {
        float[] product = new float[output.capacity()];
        output.get(0, product);
        return product;
    }

    private OnnxTensor tensor(float[] values, long... shape) throws OrtException {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Float.BYTES * values.length).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.FLOAT);
    }

    /** {@code c = MatMul(a, b)} with a constant b given as {@code [columns, inner]}. */
    private static byte[] model(float[] weight, int inner, int columns) {
        ByteBuffer values = ByteBuffer.allocate(Float.BYTES * weight.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int k = 0; k < inner; k++) {
            for (int column = 0; column < columns; column++) {
                values.putFloat(weight[column * inner + k]);
            }
        }
        byte[] constant = message(tensor -> {
            tensor.writeInt64(1, inner);
            tensor.writeInt64(1, columns);
            tensor.writeInt32(2, FLOAT);
            tensor.writeString(8, "b");
            tensor.writeByteArray(9, values.array());
        });
        byte[] node = message(product -> {
            product.writeString(1, "a");
            product.writeString(1, "b");
            product.writeString(2, "c");
            product.writeString(4, "MatMul");
        });
        byte[] graph = message(proto -> {
            proto.writeByteArray(1, node);
            proto.writeString(2, "product");
            proto.writeByteArray(5, constant);
            proto.writeByteArray(11, matrix("a", inner));
            proto.writeByteArray(12, matrix("c", columns));
        });
        return message(proto -> {
            proto.writeInt64(1, IR_VERSION);
            proto.writeByteArray(7, graph);
            proto.writeByteArray(8, message(opset -> opset.writeInt64(2, OPSET)));
        });
    }

    /** {@code ValueInfoProto} of a matrix of any number of rows. */
    private static byte[] matrix(String name, int columns) {
        byte[] shape = message(proto -> {
            proto.writeByteArray(1, message(dimension -> dimension.writeString(2, "rows")));
            proto.writeByteArray(1, message(dimension -> dimension.writeInt64(1, columns)));
        });
        byte[] tensor = message(proto -> {
            proto.writeInt32(1, FLOAT);
            proto.writeByteArray(2, shape);
        });
        return message(proto -> {
            proto.writeString(1, name);
            proto.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        });
    }

    private interface Fields {
        void write(CodedOutputStream message) throws IOException;
    }

    private static byte[] message(Fields fields) {
        try {
            ByteString.Output bytes = ByteString.newOutput();
            CodedOutputStream message = CodedOutputStream.newInstance(bytes);
            fields.write(message);
            message.flush();
            return bytes.toByteString().toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
            for (OrtSession session : sessions) {
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
