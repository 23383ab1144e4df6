"""How far a graph can come on ONNX Runtime: torch's graph, ours, and the matrix products alone, by turns.

    pip install numpy onnx onnxruntime
    ./deberta export --model DIR --output ours.onnx --task feature-extraction
    python graph_bound.py DIR/dynamo.onnx ours.onnx ROUNDS     # of a model of deberta-base's sizes; export_onnx.py writes DIR

The products are the six linear layers of each of twelve layers, and queries by keys and scores by values. Nothing lies between them: no
position scores, softmax, activation, normalisation or transposition. Medians, ms.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

LAYERS, HIDDEN, INTERMEDIATE, HEADS = 12, 768, 3072, 12
HEAD = HIDDEN // HEADS
SHAPES = ((1, 16), (1, 64), (1, 128), (8, 64), (16, 128), (4, 384))
WARM_UPS = 2
SECONDS_A_ROUND = 0.3


def write_products(path):
    random = np.random.default_rng(7)
    nodes, weights = [], []
    rows, heads = "x", "queries"
    for layer in range(LAYERS):
        for number, shape in enumerate([(HIDDEN, HIDDEN)] * 4 + [(HIDDEN, INTERMEDIATE), (INTERMEDIATE, HIDDEN)]):
            name = f"{layer}.{number}"
            values = (random.standard_normal(shape) * 0.02).astype(np.float32)
            weights.append(onnx.numpy_helper.from_array(values, "weight" + name))
            nodes.append(helper.make_node("MatMul", [rows, "weight" + name], ["rows" + name]))
            rows = "rows" + name
        nodes.append(helper.make_node("MatMul", [heads, "keys"], [f"scores{layer}"]))
        nodes.append(helper.make_node("MatMul", [f"scores{layer}", "values"], [f"context{layer}"]))
        heads = f"context{layer}"

    def value(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        nodes, "products",
        [value("x", ["rows", HIDDEN]), value("queries", ["heads", "length", HEAD]),
         value("keys", ["heads", HEAD, "length"]), value("values", ["heads", "length", HEAD])],
        [value(rows, ["rows", HIDDEN]), value(heads, ["heads", "length", HEAD])], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), path)


def inputs(session, batch, length, random):
    feeds = {}
    for wanted in session.get_inputs():
        if wanted.name == "input_ids":
            feeds[wanted.name] = random.integers(1000, 30_000, (batch, length)).astype(np.int64)
        elif wanted.name == "attention_mask":
            feeds[wanted.name] = np.ones((batch, length), np.int64)
        else:
            sizes = {"rows": batch * length, "heads": batch * HEADS, "length": length}
            shape = [sizes.get(size, size) for size in wanted.shape]
            feeds[wanted.name] = (random.standard_normal(shape) * 0.05).astype(np.float32)
    return feeds


def main(torch_file, our_file, rounds):
    with tempfile.TemporaryDirectory() as folder:
        products = Path(folder) / "products.onnx"
        write_products(products)
        for threads in (1, 2):
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            sessions = {name: onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
                        for name, file in (("torch", torch_file), ("ours", our_file), ("products", str(products)))}
            for batch, length in SHAPES:
                measure(sessions, threads, batch, length, rounds)


def measure(sessions, threads, batch, length, rounds):
    random = np.random.default_rng(1)
    feeds = {name: inputs(session, batch, length, random) for name, session in sessions.items()}
    runs = max(1, int(SECONDS_A_ROUND * 360 * threads / (batch * length)))
    times = {name: [] for name in sessions}
    for number in range(rounds + WARM_UPS):
        for name, session in sessions.items():
            start = time.perf_counter()
            for _ in range(runs):
                session.run(None, feeds[name])
            if number >= WARM_UPS:
                times[name].append((time.perf_counter() - start) / runs * 1e3)
    torch, ours, products = (statistics.median(times[name]) for name in ("torch", "ours", "products"))
    print(f"{threads} threads, {batch}x{length}: torch {torch:.1f}, ours {ours:.1f}, products {products:.1f}; "
          f"torch by ours {torch / ours:.2f}, at most {torch / products:.2f}", flush=True)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
