package io.github.debertastreams.model.weights;

import static io.github.debertastreams.model.weights.PickleWriter.pickle;
import static io.github.debertastreams.model.weights.PickleWriter.protocol;

import java.util.ArrayList;
import java.util.List;

/** Pickles that try to import, call or build something, to exhaust memory, or that lie. */
final class HostilePickles {

    /** A class that must never be loaded: its initializer sets off the alarm. */
    static final class Tripwire {
        static {
            System.setProperty("deberta.test.tripwire", "set off");
        }

        private Tripwire() {}
    }

    record Case(String what, byte[] pickle, String expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static final int FLOOD = 2_000_000;
    private static final long HUGE = 1L << 62;

    private HostilePickles() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        calls(cases);
        builders(cases);
        bombs(cases);
        lies(cases);
        tensors(cases);
        return cases;
    }

    private static void calls(List<Case> cases) {
        String[][] functions = {
            {"os", "system"},
            {"posix", "system"},
            {"nt", "system"},
            {"subprocess", "Popen"},
            {"builtins", "eval"},
            {"builtins", "exec"},
            {"builtins", "getattr"},
            {"builtins", "__import__"},
            {"__builtin__", "apply"},
            {"operator", "attrgetter"},
            {"torch", "load"},
            {"torch.storage", "_load_from_bytes"},
            {"torch.hub", "load"},
            {"torch._utils", "_rebuild_wrapper_subclass"},
            {"torch._utils", "_rebuild_from_type_v2"},
            {"torch", "UntypedStorage"},
            {"torch.FloatStorage", "from_file"},
            {"numpy.core.multiarray", "_reconstruct"},
            {"collections", "defaultdict"},
            {"collections", "OrderedDict.__class__"},
            {"java.lang.Runtime", "exec"},
            {"io.github.debertastreams.model.weights.HostilePickles", "Tripwire"},
        };
        for (String[] function : functions) {
            String name = function[0] + "." + function[1];
            cases.add(new Case(
                    "calls " + name,
                    pickle().global(function[0], function[1])
                            .text("touch hacked")
                            .raw(0x85)
                            .op('R')
                            .stop(),
                    "asks for '" + name + "'"));
        }
        cases.add(new Case(
                "calls os.system by STACK_GLOBAL",
                protocol(4)
                        .text("os")
                        .text("system")
                        .raw(0x93)
                        .text("id")
                        .raw(0x85)
                        .op('R')
                        .stop(),
                "asks for 'os.system'"));
        cases.add(new Case(
                "names a function by numbers",
                protocol(4).number(1).number(2).raw(0x93).stop(),
                "by 1 and 2"));
        cases.add(new Case(
                "hides a call in a tensor's hooks",
                pickle().global("torch._utils", "_rebuild_tensor_v2")
                        .op('(')
                        .storage("FloatStorage", "0", 4)
                        .number(0)
                        .numbers(4)
                        .numbers(1)
                        .raw(0x89)
                        .global("os", "system")
                        .op('t', 'R')
                        .stop(),
                "asks for 'os.system'"));
        cases.add(new Case(
                "hides a call in a persistent id",
                pickle().op('(')
                        .text("storage")
                        .global("os", "system")
                        .text("0")
                        .op('t', 'Q')
                        .stop(),
                "asks for 'os.system'"));
        cases.add(new Case("calls a result", pickle().orderedDict().op(')', 'R').stop(), "asks for a call of a dict"));
        cases.add(new Case(
                "calls a call's result",
                pickle().orderedDict().op(')', 'R', ')', 'R').stop(),
                "a call of a dict"));
        cases.add(
                new Case("calls a text", pickle().text("os.system").op(')', 'R').stop(), "a call of 'os.system'"));
        cases.add(new Case(
                "calls a class of storages",
                pickle().global("torch", "FloatStorage")
                        .number(HUGE)
                        .raw(0x85)
                        .op('R')
                        .stop(),
                "a call of a class of storages"));
        cases.add(new Case(
                "calls with a list",
                pickle().global("collections", "OrderedDict").op(']', 'R').stop(),
                "with a list"));
        cases.add(new Case(
                "calls with arguments that do not fit",
                pickle().global("collections", "OrderedDict")
                        .number(1)
                        .raw(0x85)
                        .op('R')
                        .stop(),
                "calls OrderedDict with 1 arguments"));
        cases.add(new Case(
                "wraps what is no tensor",
                pickle().global("torch._utils", "_rebuild_parameter")
                        .op('(')
                        .text("x")
                        .raw(0x89)
                        .orderedDict()
                        .op('t', 'R')
                        .stop(),
                "calls _rebuild_parameter"));
    }

    private static void builders(List<Case> cases) {
        cases.add(new Case(
                "INST",
                pickle().op('(')
                        .text("id")
                        .op('i')
                        .append("os\nsystem\n".getBytes())
                        .stop(),
                "opcode INST"));
        cases.add(new Case(
                "OBJ",
                pickle().op('(').global("collections", "OrderedDict").op('o').stop(),
                "opcode OBJ"));
        cases.add(new Case(
                "NEWOBJ",
                pickle().global("collections", "OrderedDict").op(')').raw(0x81).stop(),
                "opcode NEWOBJ"));
        cases.add(new Case(
                "NEWOBJ_EX",
                protocol(4)
                        .global("collections", "OrderedDict")
                        .op(')', '}')
                        .raw(0x92)
                        .stop(),
                "opcode NEWOBJ_EX"));
        cases.add(new Case("EXT1", pickle().raw(0x82, 1).stop(), "opcode EXT1"));
        cases.add(new Case("EXT4", pickle().raw(0x84).int32(1).stop(), "opcode EXT4"));
        cases.add(new Case("PERSID", pickle().op('P').append("x\n".getBytes()).stop(), "opcode PERSID"));
        cases.add(new Case("BYTEARRAY8", protocol(5).raw(0x96).int64(HUGE).stop(), "opcode BYTEARRAY8"));
        cases.add(new Case("NEXT_BUFFER", protocol(5).raw(0x97).stop(), "opcode NEXT_BUFFER"));
        cases.add(new Case("no opcode at all", pickle().raw(0xff).stop(), "opcode 0xff"));
        cases.add(new Case(
                "sets attributes of a dict",
                pickle().op('}', '}').text("_metadata").op('}', 's', 'b').stop(),
                "setting the attributes of a dict"));
        cases.add(new Case(
                "sets another attribute of an OrderedDict",
                pickle().orderedDict()
                        .op('}')
                        .text("__class__")
                        .op('}', 's', 'b')
                        .stop(),
                "setting the attributes"));
        cases.add(new Case(
                "sets one attribute more",
                pickle().orderedDict()
                        .op('}', '(')
                        .text("_metadata")
                        .op('}')
                        .text("__reduce__")
                        .op('}', 'u', 'b')
                        .stop(),
                "setting the attributes"));
        cases.add(new Case(
                "sets attributes of a tensor",
                pickle().tensor(0, new long[] {4}, new long[] {1})
                        .op('}')
                        .text("_metadata")
                        .op('}', 's', 'b')
                        .stop(),
                "setting the attributes of a tensor"));
    }

    private static void bombs(List<Case> cases) {
        cases.add(new Case("a flood of dicts", pickle().repeat(FLOOD, '}').stop(), "more than"));
        cases.add(new Case("a flood of lists", pickle().repeat(FLOOD, ']').stop(), "more than"));
        cases.add(new Case("a flood of marks", pickle().repeat(FLOOD, '(').stop(), "more than"));
        cases.add(new Case(
                "a flood of MEMOIZE", protocol(4).op('N').repeat(FLOOD, 0x94).stop(), "more than"));
        cases.add(new Case(
                "a flood of BINPUT", pickle().op('N').repeat(FLOOD, 'q', 0).stop(), "more than"));
        cases.add(new Case(
                "a flood of tuples in tuples",
                pickle().op(')').repeat(FLOOD, 0x85).stop(),
                "more than"));
        cases.add(new Case(
                "a billion laughs",
                pickle().op(')', 'q')
                        .raw(0)
                        .repeat(200, 'h', 0, 'h', 0, 'h', 0, 0x87, 'q', 0)
                        .op('.')
                        .bytes(),
                "values and 0 marks"));
        PickleWriter laughs = pickle().op('}', '(').text("x");
        laughs.op('(', ']', 'q').raw(0);
        for (int level = 0; level < 100; level++) {
            laughs.op('(').repeat(10, 'h', 0).op('t', 'q').raw(0);
        }
        cases.add(new Case("a billion laughs in a dict", laughs.op('t', 'u').stop(), "a dict without tensors"));
        cases.add(new Case(
                "a dict that holds itself",
                pickle().op('}', 'q').raw(0).text("x").op('h').raw(0).op('s').stop(),
                "a dict without tensors"));
        cases.add(new Case(
                "a state dict that is itself",
                pickle().op('}', 'q')
                        .raw(0)
                        .text("state_dict")
                        .op('h')
                        .raw(0)
                        .op('s')
                        .stop(),
                "a dict without tensors"));
        cases.add(new Case(
                "a list that holds itself",
                pickle().op(']', 'q').raw(0, 'h', 0).op('a').stop(),
                "holds a list"));
        cases.add(new Case(
                "a dict for its own key",
                pickle().op('}', 'q').raw(0, 'h', 0).op('N', 's').stop(),
                "a dict for a key"));
        cases.add(new Case("a tuple for a key", pickle().op('}', ')', 'N', 's').stop(), "a tuple of 0 for a key"));
        cases.add(new Case("DUP", pickle().op('}').repeat(100, '2').stop(), "opcode DUP"));
        cases.add(new Case("POP", pickle().op('}', '0').stop(), "opcode POP"));
        cases.add(new Case(
                "a memo index of two milliards",
                pickle().op('}', 'r').int32(Integer.MAX_VALUE).stop(),
                "remembers a value at 2147483647"));
        cases.add(new Case(
                "a memo index of four milliards",
                pickle().op('}', 'r').int32(-1).stop(),
                "at 4294967295"));
        cases.add(new Case(
                "a text of two gigabytes",
                pickle().op('X').int32(Integer.MAX_VALUE).stop(),
                "2147483647"));
        cases.add(
                new Case("a text of four gigabytes", pickle().op('X').int32(-1).stop(), "a text of 4294967295"));
        cases.add(
                new Case("a text beyond a long", protocol(4).raw(0x8d).int64(-1).stop(), "18446744073709551615"));
        cases.add(new Case(
                "a number of 255 bytes", pickle().raw(0x8a, 255).repeat(255, 1).stop(), "255 bytes"));
        cases.add(new Case("LONG4", pickle().raw(0x8b).int32(Integer.MAX_VALUE).stop(), "opcode LONG4"));
        cases.add(new Case(
                "a frame of a terabyte", protocol(4).raw(0x95).int64(1L << 40).stop(), "a frame of 1099"));
        cases.add(new Case(
                "a frame beyond a long", protocol(4).raw(0x95).int64(-1).stop(), "frame of 18446744073709"));
        cases.add(new Case(
                "a name without end", pickle().op('c').repeat(10_000, 'a').stop(), "a name of more than"));
    }

    private static void lies(List<Case> cases) {
        cases.add(new Case("an empty pickle", new byte[0], "ends at byte"));
        cases.add(new Case("no protocol", new byte[] {'}', '.'}, "does not begin with a protocol"));
        cases.add(new Case("protocol 1", protocol(1).op('}').stop(), "protocol is 1"));
        cases.add(new Case("protocol 6", protocol(6).op('}').stop(), "protocol is 6"));
        cases.add(new Case("nothing on the stack", pickle().stop(), "ends with 0 values"));
        cases.add(new Case("an open mark", pickle().op('}', '(').stop(), "and 1 marks"));
        cases.add(new Case("too much on the stack", pickle().op('}', '}').stop(), "ends with 2 values"));
        cases.add(new Case("a reduce of nothing", pickle().op('R').stop(), "takes 2 values from a stack that has 0"));
        cases.add(new Case("a mark in between", pickle().op('}', '(', 'N', 's').stop(), "takes 2 values"));
        cases.add(new Case("no mark", pickle().op('}', 'u').stop(), "there is none"));
        cases.add(new Case("items of a list", pickle().op(']', 'N', 'N', 's').stop(), "sets an item of a list"));
        cases.add(new Case(
                "three keys and values",
                pickle().op('}', '(', 'N', 'N', 'N', 'u').stop(),
                "from 3 keys"));
        cases.add(
                new Case("appending to a dict", pickle().op('}', '(', 'N', 'e').stop(), "appends to a dict"));
        cases.add(new Case("appending to a tuple", pickle().op(')', 'N', 'a').stop(), "appends to a tuple"));
        cases.add(new Case("an absent memory", pickle().op('h').raw(7).stop(), "recalls value 7 of 0"));
        cases.add(new Case("a memory of nothing", pickle().op('q').raw(0).stop(), "takes 1 values"));
        cases.add(new Case(
                "text that is no UTF-8", pickle().op('X').int32(1).raw(0xff).stop(), "not UTF-8"));
        cases.add(new Case(
                "a tensor alone",
                pickle().tensor(0, new long[] {4}, new long[] {1}).stop(),
                "a tensor"));
        cases.add(new Case("an empty dict", pickle().op('}').stop(), "a dict without tensors"));
        cases.add(new Case("a number", pickle().number(3).stop(), "holds 3"));
    }

    private static void tensors(List<Case> cases) {
        tensor(cases, "a negative offset", -1, new long[] {1}, new long[] {1}, "elements -1 to");
        tensor(cases, "an offset past the end", 4, new long[] {1}, new long[] {1}, "elements 4 to 4 of");
        tensor(cases, "an empty tensor past the end", 5, new long[] {0}, new long[] {1}, "of a storage of 4");
        tensor(cases, "an endless offset", Long.MAX_VALUE, new long[] {2}, new long[] {1}, "strides that overflow");
        tensor(cases, "a shape past the end", 0, new long[] {5}, new long[] {1}, "elements 0 to 4 of");
        tensor(cases, "a stride past the end", 0, new long[] {2}, new long[] {4}, "elements 0 to 4 of");
        tensor(cases, "a negative stride", 3, new long[] {4}, new long[] {-1}, "the stride -1");
        tensor(cases, "an endless stride", 0, new long[] {3}, new long[] {HUGE}, "strides that overflow");
        tensor(cases, "a negative shape", 0, new long[] {-4}, new long[] {1}, "negative");
        tensor(cases, "two negative dimensions", 0, new long[] {-2, -2}, new long[] {2, 1}, "negative");
        tensor(cases, "a shape that overflows", 0, new long[] {HUGE, 4}, new long[] {0, 0}, "overflows");
        tensor(cases, "a shape that overflows to nothing", 0, new long[] {HUGE, HUGE, 0}, new long[3], "overflows");
        tensor(cases, "an element repeated a milliard times", 0, new long[] {1 << 30}, new long[] {0}, "repeated");
        tensor(cases, "more dimensions than strides", 0, new long[] {2, 2}, new long[] {1}, "2 dimensions and 1");
        tensor(cases, "65 dimensions", 0, new long[65], new long[65], "at most 64");
        cases.add(new Case(
                "a storage with a negative size",
                pickle().storage("FloatStorage", "0", -1).stop(),
                "a storage of -1 elements"));
        cases.add(new Case(
                "a storage beyond a long",
                pickle().storage("FloatStorage", "0", HUGE).stop(),
                "a storage of 46116860"));
        cases.add(new Case(
                "a storage of two types",
                pickle().storage("FloatStorage", "0", 4)
                        .storage("HalfStorage", "0", 4)
                        .stop(),
                "of 4 F32 and of 4 F16"));
        cases.add(new Case(
                "a storage of an unknown type",
                pickle().storage("ComplexFloatStorage", "0", 4).stop(),
                "asks for 'torch.ComplexFloatStorage'"));
        cases.add(
                new Case("a storage that is a text", pickle().text("0").op('Q').stop(), "refers to '0'"));
        cases.add(new Case(
                "a tensor without a storage",
                pickle().global("torch._utils", "_rebuild_tensor")
                        .op('(', '}')
                        .number(0)
                        .numbers(4)
                        .numbers(1)
                        .op('t', 'R')
                        .stop(),
                "builds a tensor of a dict"));
        cases.add(new Case(
                "a shape of words",
                pickle().global("torch._utils", "_rebuild_tensor")
                        .op('(')
                        .storage("FloatStorage", "0", 4)
                        .number(0)
                        .text("x")
                        .raw(0x85)
                        .numbers(1)
                        .op('t', 'R')
                        .stop(),
                "has 'x' in a shape"));
    }

    private static void tensor(
            List<Case> cases, String what, long offset, long[] shape, long[] strides, String expected) {
        cases.add(new Case(
                what,
                pickle().op('}')
                        .text("a")
                        .tensor(offset, shape, strides)
                        .op('s')
                        .stop(),
                expected));
    }
}
