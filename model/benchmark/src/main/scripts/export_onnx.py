"""Exports a random DeBERTa encoder the way users do, with both exporters of torch.onnx: the peer of `deberta bench encoder`.

    pip install torch==2.13.0 transformers onnx onnxscript safetensors
    python export_onnx.py microsoft/deberta-base DIRECTORY   # or deberta-v3-base, deberta-v3-small, ...
    python export_onnx.py MODEL DIRECTORY                    # a classifier's own directory: the peer of the hosts' benchmarks
    python export_onnx.py deberta-v3-small DIRECTORY 6       # random weights under a classifier of 6 labels

Writes config.json and model.safetensors, and the same weights as torchscript.onnx (dynamo=False) and dynamo.onnx
(dynamo=True); both have a dynamic batch and length. Weights are drawn with seed 7, nothing is downloaded. The last hidden
state is the output of an encoder, the logits that of a classifier. MODEL itself is read and not changed.
"""

import sys
from pathlib import Path

import torch
from transformers import (AutoModelForSequenceClassification, DebertaConfig, DebertaForSequenceClassification, DebertaModel,
                          DebertaV2Config, DebertaV2ForSequenceClassification, DebertaV2Model)

V1 = dict(hidden_size=768, num_attention_heads=12, intermediate_size=3072, num_hidden_layers=12, vocab_size=50265,
          type_vocab_size=0, relative_attention=True, max_relative_positions=-1, position_biased_input=False,
          pos_att_type=["c2p", "p2c"], layer_norm_eps=1e-7)
V3 = dict(V1, vocab_size=128100, position_buckets=256, norm_rel_ebd="layer_norm", share_att_key=True)
SHAPES = {
    "deberta-base": (DebertaConfig, DebertaModel, V1),
    "deberta-v3-base": (DebertaV2Config, DebertaV2Model, V3),
    "deberta-v3-small": (DebertaV2Config, DebertaV2Model, dict(V3, num_hidden_layers=6)),
    "deberta-v3-xsmall": (DebertaV2Config, DebertaV2Model,
                          dict(V3, hidden_size=384, num_attention_heads=6, intermediate_size=1536)),
}


CLASSIFIERS = {DebertaModel: DebertaForSequenceClassification, DebertaV2Model: DebertaV2ForSequenceClassification}


class OneOutput(torch.nn.Module):
    def __init__(self, model, output):
        super().__init__()
        self.model = model
        self.output = output

    def forward(self, input_ids, attention_mask):
        return getattr(self.model(input_ids=input_ids, attention_mask=attention_mask), self.output)


def load(name, labels):
    if Path(name).is_dir():
        return AutoModelForSequenceClassification.from_pretrained(name, dtype=torch.float32), "logits"
    config_type, model_type, shape = SHAPES[name.split("/")[-1]]
    torch.manual_seed(7)
    if labels:
        return CLASSIFIERS[model_type](config_type(**shape, num_labels=labels)), "logits"
    return model_type(config_type(**shape)), "last_hidden_state"


def main(name, directory, labels=None):
    model, output = load(name, labels and int(labels))
    model = model.eval()
    directory.mkdir(parents=True, exist_ok=True)
    if not Path(name).is_dir():
        model.save_pretrained(directory)
    wrapped = OneOutput(model, output).eval()
    inputs = (torch.randint(5, 1000, (2, 40)), torch.ones(2, 40, dtype=torch.long))
    names = dict(input_names=["input_ids", "attention_mask"], output_names=[output])
    axes = {name: {0: "batch", 1: "sequence"} for name in names["input_names"]}
    axes[output] = {0: "batch"} if output == "logits" else {0: "batch", 1: "sequence"}
    with torch.no_grad():
        torch.onnx.export(wrapped, inputs, directory / "torchscript.onnx", dynamo=False, opset_version=17,
                          dynamic_axes=axes, **names)
        batch, length = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("sequence", min=2, max=512)
        torch.onnx.export(wrapped, inputs, directory / "dynamo.onnx", dynamo=True,
                          dynamic_shapes={name: {0: batch, 1: length} for name in names["input_names"]}, **names)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
