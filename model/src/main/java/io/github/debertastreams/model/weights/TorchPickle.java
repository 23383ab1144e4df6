package io.github.debertastreams.model.weights;

import io.github.debertastreams.model.error.ModelException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A restricted unpickler: an interpreter of those pickle opcodes that {@code torch.save} writes (protocols 2 to 5), which builds
 * containers, numbers, text and {@link TorchTensor}s and nothing else.
 *
 * <p>A pickle is a program that may name any Python function and call it. Here a name is looked up in a fixed list; every other
 * name, and every opcode that could build something else, is refused with its name. Nothing is ever loaded or called by name.
 *
 * <p>Memory is bounded by the bytes that are there: a length is checked before anything is allocated for it, the memo grows by
 * one entry at a time as picklers fill it, and the count of opcodes is limited. Containers are never compared, hashed, copied or
 * printed as a whole, so that sharing and cycles cost nothing. Source: Python's {@code pickletools}, {@code torch/_utils.py} and
 * {@code torch/serialization.py}.
 */
final class TorchPickle {

    /** A model's pickle has some ten thousand opcodes, and a hundred kilobytes. */
    static final int MAX_BYTES = 16 << 20;

    private static final int MAX_OPERATIONS = 1 << 19;
    /** PyTorch's own limit. */
    private static final int MAX_DIMENSIONS = 64;

    private static final int MAX_NAME = 256;
    private static final int MAX_INTEGER_BYTES = 16;
    private static final String METADATA = "_metadata";

    /** Python's None. */
    static final Object NONE = new Object();

    /** A dict or an OrderedDict; keys are text or whole numbers. */
    record Dict(boolean ordered, Map<Object, Object> entries) {
        Dict(boolean ordered) {
            this(ordered, new LinkedHashMap<>());
        }
    }

    record Tuple(List<Object> items) {}

    /** What a pickle may ask to be built. */
    private enum Callable {
        ORDERED_DICT("collections", "OrderedDict"),
        REBUILD_TENSOR_V2("torch._utils", "_rebuild_tensor_v2"),
        REBUILD_TENSOR("torch._utils", "_rebuild_tensor"),
        REBUILD_PARAMETER("torch._utils", "_rebuild_parameter");

        private final String module;
        private final String function;

        Callable(String module, String function) {
            this.module = module;
            this.function = function;
        }
    }

    /** Classes of storages, all of module {@code torch}, and what they hold. */
    private static final Map<String, TensorInfo.Type> STORAGES = Map.of(
            "DoubleStorage", TensorInfo.Type.F64,
            "FloatStorage", TensorInfo.Type.F32,
            "HalfStorage", TensorInfo.Type.F16,
            "BFloat16Storage", TensorInfo.Type.BF16,
            "LongStorage", TensorInfo.Type.I64,
            "IntStorage", TensorInfo.Type.I32,
            "ShortStorage", TensorInfo.Type.I16,
            "CharStorage", TensorInfo.Type.I8,
            "ByteStorage", TensorInfo.Type.U8,
            "BoolStorage", TensorInfo.Type.BOOL);

    /** Opcodes that exist and that no tensor file needs, for messages. */
    private static final Map<Integer, String> REFUSED_OPCODES = Map.ofEntries(
            Map.entry((int) '0', "POP"),
            Map.entry((int) '1', "POP_MARK"),
            Map.entry((int) '2', "DUP"),
            Map.entry((int) 'F', "FLOAT"),
            Map.entry((int) 'I', "INT"),
            Map.entry((int) 'L', "LONG"),
            Map.entry((int) 'P', "PERSID"),
            Map.entry((int) 'S', "STRING"),
            Map.entry((int) 'T', "BINSTRING"),
            Map.entry((int) 'U', "SHORT_BINSTRING"),
            Map.entry((int) 'V', "UNICODE"),
            Map.entry((int) 'B', "BINBYTES"),
            Map.entry((int) 'C', "SHORT_BINBYTES"),
            Map.entry((int) 'd', "DICT"),
            Map.entry((int) 'g', "GET"),
            Map.entry((int) 'i', "INST"),
            Map.entry((int) 'l', "LIST"),
            Map.entry((int) 'o', "OBJ"),
            Map.entry((int) 'p', "PUT"),
            Map.entry(0x81, "NEWOBJ"),
            Map.entry(0x82, "EXT1"),
            Map.entry(0x83, "EXT2"),
            Map.entry(0x84, "EXT4"),
            Map.entry(0x8b, "LONG4"),
            Map.entry(0x8e, "BINBYTES8"),
            Map.entry(0x8f, "EMPTY_SET"),
            Map.entry(0x90, "ADDITEMS"),
            Map.entry(0x91, "FROZENSET"),
            Map.entry(0x92, "NEWOBJ_EX"),
            Map.entry(0x96, "BYTEARRAY8"),
            Map.entry(0x97, "NEXT_BUFFER"),
            Map.entry(0x98, "READONLY_BUFFER"));

    private final String where;
    private final ByteBuffer program;
    private final Map<String, TorchStorage> storages;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final List<Object> memo = new ArrayList<>();
    private int start;

    private TorchPickle(String where, ByteBuffer program, Map<String, TorchStorage> storages) {
        this.where = where;
        this.program = program;
        this.storages = storages;
    }

    /**
     * Runs the pickle that begins at the buffer's position and leaves the position behind it.
     *
     * @param where named in messages
     * @param program little endian, at most {@link #MAX_BYTES}
     * @param storages receives every storage that the pickle refers to
     * @return a {@code String}, {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean}, {@link #NONE},
     *     {@code List}, {@link Tuple}, {@link Dict}, {@link TorchTensor} or {@link TorchStorage}
     * @throws ModelException of kind {@code BUNDLE} when the pickle is malformed or asks for anything else
     */
    static Object load(String where, ByteBuffer program, Map<String, TorchStorage> storages) {
        TorchPickle pickle = new TorchPickle(where, program.order(ByteOrder.LITTLE_ENDIAN), storages);
        try {
            return pickle.run();
        } catch (BufferUnderflowException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE,
                    where + ": pickle ends at byte " + program.limit() + " without STOP",
                    e);
        }
    }

    private Object run() {
        start = program.position();
        if (unsignedByte() != 0x80) {
            throw malformed("does not begin with a protocol");
        }
        int protocol = unsignedByte();
        if (protocol < 2 || protocol > 5) {
            throw malformed("protocol is " + protocol + ", expected 2 to 5");
        }
        for (int operations = 0; operations < MAX_OPERATIONS; operations++) {
            start = program.position();
            int opcode = unsignedByte();
            if (opcode == '.') {
                if (stack.size() != 1 || !marks.isEmpty()) {
                    throw malformed("ends with " + stack.size() + " values and " + marks.size()
                            + " marks on its stack, expected one value");
                }
                return stack.get(0);
            }
            step(opcode);
        }
        throw malformed("has more than " + MAX_OPERATIONS + " opcodes");
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x95 -> frame();
            case '(' -> marks.add(stack.size());
            case 'N' -> stack.add(NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'J' -> stack.add((long) program.getInt());
            case 'K' -> stack.add((long) unsignedByte());
            case 'M' -> stack.add(program.getShort() & 0xffffL);
            case 0x8a -> stack.add(integer(unsignedByte()));
            case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(program.getLong())));
            case 'X' -> stack.add(text(program.getInt() & 0xffffffffL));
            case 0x8c -> stack.add(text(unsignedByte()));
            case 0x8d -> stack.add(text(program.getLong()));
            case 'q' -> remember(unsignedByte());
            case 'r' -> remember(program.getInt() & 0xffffffffL);
            case 0x94 -> remember(memo.size());
            case 'h' -> stack.add(recall(unsignedByte()));
            case 'j' -> stack.add(recall(program.getInt() & 0xffffffffL));
            case '}' -> stack.add(new Dict(false));
            case ']' -> stack.add(new ArrayList<>());
            case ')' -> stack.add(new Tuple(List.of()));
            case 't' -> stack.add(new Tuple(popToMark()));
            case 0x85 -> stack.add(new Tuple(pop(1)));
            case 0x86 -> stack.add(new Tuple(pop(2)));
            case 0x87 -> stack.add(new Tuple(pop(3)));
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case 's' -> setItems(pop(2));
            case 'u' -> setItems(popToMark());
            case 'c' -> stack.add(global(line(), line()));
            case 0x93 -> stackGlobal(pop(2));
            case 'Q' -> stack.add(storage(pop(1).get(0)));
            case 'R' -> reduce(pop(2));
            case 'b' -> build(pop(1).get(0));
            default -> throw refused("the opcode " + REFUSED_OPCODES.getOrDefault(opcode, "0x%02x".formatted(opcode)));
        }
    }

    private void frame() {
        long length = program.getLong();
        if (length < 0 || length > program.remaining()) {
            throw malformed("has a frame of " + Long.toUnsignedString(length) + " bytes, " + program.remaining()
                    + " are there");
        }
    }

    private int unsignedByte() {
        return program.get() & 0xff;
    }

    private Object integer(int bytes) {
        if (bytes > MAX_INTEGER_BYTES) {
            throw malformed("has a number of " + bytes + " bytes, expected at most " + MAX_INTEGER_BYTES);
        }
        if (bytes == 0) {
            return 0L;
        }
        byte[] bigEndian = new byte[bytes];
        for (int i = bytes - 1; i >= 0; i--) {
            bigEndian[i] = program.get();
        }
        BigInteger value = new BigInteger(bigEndian);
        return bytes <= Long.BYTES ? (Object) value.longValue() : value;
    }

    private String text(long bytes) {
        if (bytes < 0 || bytes > program.remaining()) {
            throw malformed(
                    "has a text of " + Long.toUnsignedString(bytes) + " bytes, " + program.remaining() + " are there");
        }
        ByteBuffer utf8 = program.slice(program.position(), (int) bytes);
        program.position(program.position() + (int) bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, at() + "has a text that is not UTF-8", e);
        }
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int character = unsignedByte(); character != '\n'; character = unsignedByte()) {
            if (line.length() == MAX_NAME) {
                throw malformed("has a name of more than " + MAX_NAME + " letters");
            }
            line.append((char) character);
        }
        return line.toString();
    }

    private void remember(long index) {
        Object value = top();
        if (index < memo.size()) {
            memo.set((int) index, value);
        } else if (index == memo.size()) {
            memo.add(value);
        } else {
            throw malformed("remembers a value at " + index + ", expected at most " + memo.size());
        }
    }

    private Object recall(long index) {
        if (index >= memo.size()) {
            throw malformed("recalls value " + index + " of " + memo.size() + " remembered");
        }
        return memo.get((int) index);
    }

    private Object top() {
        return pop(1, false).get(0);
    }

    private List<Object> pop(int count) {
        return pop(count, true);
    }

    private List<Object> pop(int count, boolean remove) {
        int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (stack.size() - floor < count) {
            throw malformed("takes " + count + " values from a stack that has " + (stack.size() - floor));
        }
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> values = new ArrayList<>(tail);
        if (remove) {
            tail.clear();
        }
        return values;
    }

    private List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw malformed("takes values down to a mark, and there is none");
        }
        int mark = marks.remove(marks.size() - 1);
        List<Object> tail = stack.subList(mark, stack.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    @SuppressWarnings("unchecked") // the only lists on the stack are those made by ']'
    private void append(List<Object> values) {
        if (!(top() instanceof List<?> list)) {
            throw malformed("appends to " + kind(top()) + ", expected a list");
        }
        ((List<Object>) list).addAll(values);
    }

    private void setItems(List<Object> keysAndValues) {
        if (!(top() instanceof Dict dict)) {
            throw malformed("sets an item of " + kind(top()) + ", expected a dict");
        }
        if (keysAndValues.size() % 2 != 0) {
            throw malformed("sets items from " + keysAndValues.size() + " keys and values");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            Object key = keysAndValues.get(i);
            if (!(key instanceof String) && !(key instanceof Long)) {
                throw malformed("has " + kind(key) + " for a key, expected text or a whole number");
            }
            dict.entries().put(key, keysAndValues.get(i + 1));
        }
    }

    private void stackGlobal(List<Object> names) {
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String function)) {
            throw malformed("names a function by " + kind(names.get(0)) + " and " + kind(names.get(1)));
        }
        stack.add(global(module, function));
    }

    private Object global(String module, String name) {
        for (Callable callable : Callable.values()) {
            if (callable.module.equals(module) && callable.function.equals(name)) {
                return callable;
            }
        }
        TensorInfo.Type type = module.equals("torch") ? STORAGES.get(name) : null;
        if (type == null) {
            throw refused("'" + Printable.of(module + "." + name) + "'");
        }
        return type;
    }

    /** {@code ('storage', class, key, device, elements)}, and in the old format a view that newer writers leave None. */
    private TorchStorage storage(Object id) {
        if (id instanceof Tuple tuple
                && (tuple.items().size() == 5
                        || tuple.items().size() == 6 && tuple.items().get(5) == NONE)
                && tuple.items().get(0).equals("storage")
                && tuple.items().get(1) instanceof TensorInfo.Type type
                && tuple.items().get(2) instanceof String key
                && tuple.items().get(3) instanceof String
                && tuple.items().get(4) instanceof Long elements) {
            TorchStorage storage = new TorchStorage(key, type, elements);
            if (elements < 0 || storage.byteLength() < 0) {
                throw malformed("has a storage of " + elements + " elements");
            }
            TorchStorage known = storages.putIfAbsent(key, storage);
            if (known != null && !known.equals(storage)) {
                throw malformed("has the storage '" + Printable.of(key) + "' of " + known.elements() + " "
                        + known.type() + " and of " + elements + " " + type);
            }
            return storage;
        }
        throw malformed("refers to " + kind(id) + ", expected a storage");
    }

    private void reduce(List<Object> call) {
        if (call.get(0) instanceof Callable callable && call.get(1) instanceof Tuple tuple) {
            stack.add(result(callable, tuple.items()));
        } else {
            throw refused("a call of " + kind(call.get(0)) + " with " + kind(call.get(1)));
        }
    }

    private Object result(Callable callable, List<Object> arguments) {
        int count = arguments.size();
        boolean fits = switch (callable) {
            case ORDERED_DICT -> count == 0;
            case REBUILD_TENSOR -> count == 4;
            case REBUILD_TENSOR_V2 -> (count == 6 || count == 7 && plain(arguments.get(6))) && plain(arguments.get(5));
            case REBUILD_PARAMETER -> count == 3 && arguments.get(0) instanceof TorchTensor && plain(arguments.get(2));
        };
        if (!fits) {
            throw malformed("calls " + callable.function + " with " + count + " arguments that do not fit it");
        }
        return switch (callable) {
            case ORDERED_DICT -> new Dict(true);
            case REBUILD_PARAMETER -> arguments.get(0);
            case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(arguments);
        };
    }

    /** Whether hooks or metadata are what they must be: absent or empty. */
    private static boolean plain(Object hooks) {
        return hooks == NONE || hooks instanceof Dict dict && dict.entries().isEmpty();
    }

    private TorchTensor tensor(List<Object> arguments) {
        if (!(arguments.get(0) instanceof TorchStorage storage) || !(arguments.get(1) instanceof Long offset)) {
            throw malformed("builds a tensor of " + kind(arguments.get(0)) + " at " + kind(arguments.get(1)));
        }
        long[] shape = longs("shape", arguments.get(2));
        long[] strides = longs("stride", arguments.get(3));
        try {
            return TorchTensor.of(storage, offset, shape, strides);
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    ModelException.Kind.BUNDLE,
                    at() + "builds a tensor " + Arrays.toString(shape) + " with strides " + Arrays.toString(strides)
                            + " that has " + e.getMessage(),
                    e);
        }
    }

    private long[] longs(String what, Object value) {
        if (!(value instanceof Tuple tuple) || tuple.items().size() > MAX_DIMENSIONS) {
            throw malformed(
                    "has " + kind(value) + " for a " + what + ", expected a tuple of at most " + MAX_DIMENSIONS);
        }
        long[] values = new long[tuple.items().size()];
        for (int i = 0; i < values.length; i++) {
            if (!(tuple.items().get(i) instanceof Long number)) {
                throw malformed("has " + kind(tuple.items().get(i)) + " in a " + what + ", expected whole numbers");
            }
            values[i] = number;
        }
        return values;
    }

    /** A state dict carries the versions of its modules as an attribute; they say nothing about the tensors. */
    private void build(Object state) {
        boolean versions = top() instanceof Dict dict
                && dict.ordered()
                && state instanceof Dict attributes
                && attributes.entries().keySet().equals(Set.of(METADATA));
        if (!versions) {
            throw refused("setting the attributes of " + kind(top()) + " other than an OrderedDict's " + METADATA);
        }
    }

    /** What a value is, never its contents: those may be endless. */
    static String kind(Object value) {
        if (value == NONE) {
            return "None";
        }
        if (value instanceof Callable callable) {
            return "the function " + callable.function;
        }
        if (value instanceof TensorInfo.Type type) {
            return "a class of storages of " + type;
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        if (value instanceof Dict) {
            return "a dict";
        }
        if (value instanceof Tuple tuple) {
            return "a tuple of " + tuple.items().size();
        }
        if (value instanceof TorchTensor) {
            return "a tensor";
        }
        if (value instanceof TorchStorage) {
            return "a storage";
        }
        return value instanceof String text ? "'" + Printable.of(text) + "'" : value.toString();
    }

    private String at() {
        return where + ": pickle at byte " + start + " ";
    }

    private ModelException malformed(String found) {
        return ModelException.bundle(at() + found);
    }

    private ModelException refused(String what) {
        return ModelException.bundle(at() + "asks for " + what
                + ", which is refused: expected tensors, containers, numbers and text as torch.save writes them");
    }
}
