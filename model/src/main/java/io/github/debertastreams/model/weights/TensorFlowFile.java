package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Weights as Keras saves those of TFDeberta* and TFDebertaV2* in HDF5: the root's attribute {@code layer_names} lists groups,
 * each group's {@code weight_names} lists data sets.
 *
 * <p>Names and layouts are turned into PyTorch's: {@code tf_…/deberta/encoder/layer_._0/…/dense/kernel:0} is
 * {@code deberta.encoder.layer.0.….dense.weight}, transposed. The file is mapped, and the HDF5 library reads only from that
 * mapping: a length that the file claims cannot make it allocate what is not there. Links to other files are refused. Source: HF
 * {@code modeling_tf_deberta.py}, {@code modeling_tf_pytorch_utils.py}; Keras {@code hdf5_format.py}.
 */
final class TensorFlowFile implements WeightsFile {

    private static final String LAYERS = "layer_names";
    private static final String WEIGHTS = "weight_names";
    private static final int MAX_NAMES = 100_000;
    private static final int MAX_RANK = 3;

    /** Last levels of a variable's name and PyTorch's for them, where they differ. */
    private static final Map<String, String> LAST_LEVELS =
            Map.of("kernel", "weight", "gamma", "weight", "beta", "bias", "embeddings", "weight");

    private final Path path;
    private final Map<String, Variable> variables;

    /**
     * A variable as the file has it.
     *
     * @param info PyTorch's shape and name
     * @param elements the file's order
     */
    private record Variable(TensorInfo info, ByteBuffer elements, boolean transposed) {}

    private TensorFlowFile(Path path, Map<String, Variable> variables) {
        this.path = path;
        this.variables = variables;
    }

    /**
     * Opens a file and finds its variables.
     *
     * @throws ModelException of kind {@code BUNDLE} when it is no HDF5 file of Keras, or is malformed
     */
    static TensorFlowFile open(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw malformed(path, "has " + channel.size() + " bytes, expected at most " + Integer.MAX_VALUE, null);
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return guarded(path, () -> read(path, bytes));
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, path + ": cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(variables.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        return variable(name).info();
    }

    @Override
    public synchronized float[] floats(String name) {
        Variable variable = variable(name);
        float[] values = new float[Elements.count(path, variable.info())];
        if (!variable.transposed()) {
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        Elements.floatAt(variable.elements(), variable.info().type(), i);
            }
        } else {
            transpose(variable, values);
        }
        return values;
    }

    @Override
    public void close() {
        // the mapping goes with its buffers
    }

    private Variable variable(String name) {
        Variable variable = variables.get(name);
        if (variable == null) {
            throw ModelException.bundle(path + ": has no tensor '" + name + "'");
        }
        return variable;
    }

    /** Reverses the dimensions: {@code [in, out]} to {@code [out, in]}, a convolution's {@code [kernel, in, out]} likewise. */
    private static void transpose(Variable variable, float[] values) {
        long[] shape = variable.info().shape();
        int outputs = (int) shape[0];
        int inputs = (int) shape[1];
        int kernel = shape.length == 3 ? (int) shape[2] : 1;
        int to = 0;
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                for (int tap = 0; tap < kernel; tap++) {
                    int from = (tap * inputs + input) * outputs + output;
                    values[to++] = Elements.floatAt(
                            variable.elements(), variable.info().type(), from);
                }
            }
        }
    }

    private static TensorFlowFile read(Path path, ByteBuffer bytes) {
        Map<String, Variable> variables = new LinkedHashMap<>();
        try (HdfFile file = HdfFile.fromByteBuffer(bytes)) {
            for (String layer : names(path, file, LAYERS)) {
                if (!(child(path, file, layer) instanceof Group group)) {
                    throw malformed(path, "'" + Printable.of(layer) + "' is no group", null);
                }
                for (String weight : names(path, group, WEIGHTS)) {
                    Variable variable = variable(path, group, weight);
                    if (variables.putIfAbsent(variable.info().name(), variable) != null) {
                        throw malformed(
                                path, "has '" + Printable.of(variable.info().name()) + "' twice", null);
                    }
                }
            }
        }
        if (variables.isEmpty()) {
            throw malformed(path, "has no weights", null);
        }
        return new TensorFlowFile(path, variables);
    }

    /** A list of names, cut into {@code NAME0}, {@code NAME1}, … where it did not fit an attribute. */
    private static List<String> names(Path path, Group group, String name) {
        List<String> names = new ArrayList<>();
        Attribute whole = group.getAttribute(name);
        if (whole != null) {
            addNames(path, whole, names);
            return names;
        }
        Attribute part = group.getAttribute(name + 0);
        if (part == null) {
            throw malformed(path, "'" + Printable.of(group.getPath()) + "' has no attribute " + name, null);
        }
        for (int i = 1; part != null; i++) {
            addNames(path, part, names);
            part = group.getAttribute(name + i);
        }
        return names;
    }

    private static void addNames(Path path, Attribute attribute, List<String> names) {
        if (attribute.isEmpty()) { // a layer without weights has an empty list
            return;
        }
        long count = attribute.getSize();
        ByteBuffer bytes = attribute.getBuffer();
        DataType type = attribute.getDataType();
        int width = type.getSize();
        if (count < 0 || count > MAX_NAMES - names.size() || width < 0 || count * width > bytes.remaining()) {
            throw malformed(
                    path,
                    "attribute " + attribute.getName() + " is said to have " + count + " names of " + width + " bytes, "
                            + bytes.remaining() + " are there",
                    null);
        }
        if (type instanceof StringData) {
            byte[] name = new byte[width];
            for (int i = 0; i < count; i++) {
                bytes.get(bytes.position() + i * width, name);
                names.add(new String(name, StandardCharsets.UTF_8).replaceAll("\0+$", ""));
            }
        } else if (type instanceof VariableLength && attribute.getData() instanceof String[] texts) {
            names.addAll(List.of(texts));
        } else if (count > 0 && !(type instanceof FloatingPoint)) { // numpy's empty list is one of doubles
            throw malformed(path, "attribute " + attribute.getName() + " holds no names", null);
        }
    }

    private static Node child(Path path, Group group, String name) {
        Node node = group;
        for (String level : name.split("/")) {
            Node next = node instanceof Group parent ? parent.getChild(level) : null;
            if (next == null || next.isLink()) {
                throw malformed(path, "'" + Printable.of(name) + "' is listed and not there", null);
            }
            node = next;
        }
        return node;
    }

    private static Variable variable(Path path, Group group, String name) {
        if (!(child(path, group, name) instanceof Dataset dataset)) {
            throw malformed(path, "'" + Printable.of(name) + "' is no data set", null);
        }
        TensorInfo.Type type = type(path, name, dataset.getDataType());
        long[] shape = dataset.getDimensionsAsLong().clone();
        long length = TensorInfo.byteLength(type, shape);
        if (!(dataset instanceof ContiguousDataset contiguous)) {
            throw malformed(path, "'" + Printable.of(name) + "' is not contiguous, as Keras writes", null);
        }
        ByteBuffer elements = length == 0 ? ByteBuffer.allocate(0) : contiguous.getBuffer();
        if (shape.length > MAX_RANK || length != elements.remaining()) {
            throw malformed(
                    path,
                    "'" + Printable.of(name) + "' of rank " + shape.length + " is said to need " + length + " bytes, "
                            + elements.remaining() + " are there",
                    null);
        }
        List<String> levels = levels(name);
        int last = levels.size() - 1;
        boolean transposed = levels.get(last).equals("kernel") && shape.length > 1;
        levels.set(last, LAST_LEVELS.getOrDefault(levels.get(last), levels.get(last)));
        return new Variable(
                new TensorInfo(String.join(".", levels), type, transposed ? reversed(shape) : shape),
                elements,
                transposed);
    }

    /** Levels of PyTorch's name, but for the last; the first of TensorFlow's is the model's own and is dropped. */
    private static List<String> levels(String name) {
        String bare = name.endsWith(":0") ? name.substring(0, name.length() - 2) : name;
        List<String> levels = new ArrayList<>(List.of(bare.replace("_._", "/").split("/")));
        if (levels.size() > 1) {
            levels.remove(0);
        }
        return levels;
    }

    private static long[] reversed(long[] shape) {
        long[] reversed = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        return reversed;
    }

    private static TensorInfo.Type type(Path path, String name, DataType type) {
        if (type instanceof FloatingPoint number) {
            String layout = number.getSize() + "/" + number.getExponentSize() + "/" + number.getMantissaSize();
            switch (layout) { // bytes, and bits of exponent and mantissa, as IEEE 754 has them
                case "2/5/10":
                    return TensorInfo.Type.F16;
                case "4/8/23":
                    return TensorInfo.Type.F32;
                case "8/11/52":
                    return TensorInfo.Type.F64;
                default: // refused below
            }
        }
        throw malformed(path, "'" + Printable.of(name) + "' holds no F16, F32 or F64", null);
    }

    /** Whatever the library throws over a malformed file is one thing to the caller. */
    private static <T> T guarded(Path path, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ModelException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw malformed(path, String.valueOf(e.getMessage()), e);
        }
    }

    private static ModelException malformed(Path path, String found, @Nullable Throwable cause) {
        return new ModelException(
                ModelException.Kind.BUNDLE, path + ": not a sound HDF5 file of Keras: " + Printable.of(found), cause);
    }
}
