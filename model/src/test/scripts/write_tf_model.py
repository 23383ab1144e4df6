"""Writes a checkpoint as TensorFlow's Keras does: tf_model.h5 with the layout and names of TFDeberta* and TFDebertaV2*.

    python write_tf_model.py MODEL_DIRECTORY OUTPUT.h5 [--split-attributes]

Needs h5py, numpy and safetensors. No TensorFlow: the layout is Keras's (root attribute layer_names, one group per top layer with
an attribute weight_names, one data set per weight), the names are those of the variables in TensorFlow. --split-attributes cuts
the lists of names into layer_names0, layer_names1, ... as Keras does when one does not fit a header.
"""

import argparse
import json
import pathlib

import h5py
import numpy
from safetensors.numpy import load_file

PLAIN = {  # variables whose name is PyTorch's own
    "q_bias",
    "v_bias",
}


def variable(name, tensor, model):
    """The variable's name, and its values as TensorFlow orders them."""
    levels = name.split(".")
    if levels[0] in ("embeddings", "encoder"):  # a bare model; in TensorFlow its main layer has a name
        levels.insert(0, "deberta")
    for i, level in enumerate(levels):
        if level.isdigit():
            levels[i - 1 : i + 1] = [levels[i - 1] + "_._" + level, None]
    levels = [level for level in levels if level is not None]
    owner, last = levels[-2], levels[-1]
    if name.endswith("rel_embeddings.weight"):
        levels[-2:] = ["rel_embeddings.weight"]
    elif name.endswith("word_embeddings.weight") or last in PLAIN:
        pass
    elif owner in ("position_embeddings", "token_type_embeddings"):
        levels[-1] = "embeddings"
    elif owner == "LayerNorm":
        levels[-1] = {"weight": "gamma", "bias": "beta"}[last]
    elif last == "weight":
        levels[-1] = "kernel"
        tensor = tensor.transpose(2, 1, 0) if tensor.ndim == 3 else tensor.T
    return "/".join([model, *levels]) + ":0", numpy.ascontiguousarray(tensor)


def write_names(group, attribute, names, split):
    names = [name.encode() for name in names]
    if not split:
        group.attrs[attribute] = numpy.asarray(names)
        return
    for part in range((len(names) + split - 1) // split):
        group.attrs[f"{attribute}{part}"] = numpy.asarray(names[part * split : (part + 1) * split])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--split-attributes", action="store_true")
    options = parser.parse_args()
    model_type = json.loads((options.directory / "config.json").read_text())["model_type"]
    model = "tf_" + model_type.replace("-", "_") + "_model"
    groups = {}
    for name, tensor in load_file(options.directory / "model.safetensors").items():
        if name.endswith("position_ids"):
            continue
        path, values = variable(name, tensor, model)
        groups.setdefault(path.split("/")[1], {})[path] = values
    with h5py.File(options.output, "w") as file:
        write_names(file, "layer_names", list(groups), 1 if options.split_attributes else 0)
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.11.0"
        for layer, weights in groups.items():
            group = file.create_group(layer)
            write_names(group, "weight_names", list(weights), 16 if options.split_attributes else 0)
            for path, values in weights.items():
                group.create_dataset(path, data=values)


if __name__ == "__main__":
    main()
