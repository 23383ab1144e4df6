"""Checks files of `deberta export` with readers that are not ours.

Needed: pip install onnx onnxruntime safetensors numpy.
    python check_export.py FILE.onnx [GOLDEN.safetensors]

onnx's checker (with shape inference) must accept the file. With golden data of the same checkpoint, onnx's reference evaluator
(numpy) and ONNX Runtime must give its outputs on every real token.
"""

import sys

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import load_file


def main(path, golden_path=None):
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path, load_external_data=False)
    domains = {node.domain for node in model.graph.node}
    print(f"{path}: checker accepts it; {len(model.graph.node)} nodes, operator domains {sorted(domains)}")
    if golden_path:
        golden = load_file(golden_path)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        compare("ONNX Runtime", session.run, session, golden)
        reference = ReferenceEvaluator(path)
        compare("reference evaluator", reference.run, session, golden)


def compare(reader, run, session, golden):
    inputs = [value.name for value in session.get_inputs()]
    outputs = [value.name for value in session.get_outputs()]
    largest, compared = 0.0, 0
    for batch in sorted({key.split("/")[0] for key in golden}):
        given = {key.split("/")[2]: value for key, value in golden.items() if key.startswith(f"{batch}/in/")}
        if "attention_mask_3d" in given or "position_ids" in given or batch == "left":
            continue  # not inputs of an export; with left padding pooled outputs read padding
        ids = given["input_ids"]
        mask = given.get("attention_mask", np.ones_like(ids))
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": given.get("token_type_ids", np.zeros_like(ids))}
        results = run(outputs, {name: feed[name].astype(np.int64) for name in inputs})
        for name, result in zip(outputs, results):
            expected = golden.get(f"{batch}/f64/emd_{name}", golden.get(f"{batch}/f64/{name}"))
            if expected is None:
                continue
            error = np.abs(result - expected)
            per_token = expected.shape[:2] == mask.shape and name != "logits" or expected.ndim == 3
            real = mask.astype(bool) if per_token else mask[:, 0].astype(bool)
            largest = max(largest, float(error[real].max(initial=0)))
            compared += 1
    print(f"  {reader}: {compared} outputs, largest error {largest:.1e}")
    if not compared or largest > 3e-5:
        sys.exit("not the golden outputs")


if __name__ == "__main__":
    main(*sys.argv[1:])
