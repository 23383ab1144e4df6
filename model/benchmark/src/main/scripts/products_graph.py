"""Writes a graph of nothing but the matrix products that any DeBERTa of a base model's sizes needs: how far a graph can come on ONNX Runtime.

    pip install numpy onnx
    python products_graph.py products.onnx
    ./deberta bench encoder --model DIR --backends onnx --onnx DIR/dynamo.onnx,products.onnx   # export_onnx.py writes DIR

The products are the six linear layers of each of twelve layers, and queries by keys and scores by values. Nothing lies between them: no
position scores, biases, softmax, activation, normalisation or transposition. The answers mean nothing, and the benchmark says how far off they are.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS, HIDDEN, INTERMEDIATE, HEADS = 12, 768, 3072, 12
HEAD = HIDDEN // HEADS
EMBEDDINGS = 1000
USUAL_LENGTH = 64  # at which values keep their size from layer to layer


class Products:
    def __init__(self):
        self.random = np.random.default_rng(7)
        self.nodes, self.constants = [], []

    def constant(self, values):
        self.constants.append(numpy_helper.from_array(values, f"constant{len(self.constants)}"))
        return self.constants[-1].name

    def node(self, operator, *inputs, **attributes):
        self.nodes.append(helper.make_node(operator, list(inputs), [f"node{len(self.nodes)}"], **attributes))
        return self.nodes[-1].output[0]

    def linear(self, rows, inputs, outputs, gain=1):
        weight = self.random.standard_normal((inputs, outputs)) * gain / np.sqrt(inputs)
        return self.node("MatMul", rows, self.constant(weight.astype(np.float32)))

    def layer(self, rows, heads, keys, values):
        for _ in ("query", "key", "value"):
            rows = self.linear(rows, HIDDEN, HIDDEN)
        scores = self.node("MatMul", self.node("Reshape", rows, heads), keys)
        context = self.node("Reshape", self.node("MatMul", scores, values), self.constant(np.array([-1, HIDDEN])))
        rows = self.linear(context, HIDDEN, HIDDEN, 1 / np.sqrt(HEAD * USUAL_LENGTH))
        return self.linear(self.linear(rows, HIDDEN, INTERMEDIATE), INTERMEDIATE, HIDDEN)

    def graph(self):
        table = self.constant(self.random.standard_normal((EMBEDDINGS, HIDDEN)).astype(np.float32))
        ids = self.node("Mod", "input_ids", self.constant(np.array(EMBEDDINGS)))
        rectangle = self.node("Gather", table, ids)
        rows = self.node("Reshape", rectangle, self.constant(np.array([-1, HIDDEN])))
        shape = self.node("Concat", self.node("Shape", ids), self.constant(np.array([HEADS, HEAD])), axis=0)
        values = self.node("Transpose", self.node("Reshape", rectangle, shape), perm=[0, 2, 1, 3])
        heads, keys = self.node("Shape", values), self.node("Transpose", values, perm=[0, 1, 3, 2])
        for _ in range(LAYERS):
            rows = self.layer(rows, heads, keys, values)
        self.nodes.append(helper.make_node("Reshape", [rows, self.node("Shape", rectangle)], ["last_hidden_state"]))
        return helper.make_graph(
            self.nodes, "products",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "sequence"])],
            [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", HIDDEN])],
            self.constants)


if __name__ == "__main__":
    onnx.save(helper.make_model(Products().graph(), opset_imports=[helper.make_opsetid("", 20)], ir_version=9), sys.argv[1])
