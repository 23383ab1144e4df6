"""Makes the cases v2_conv_groups, v2_wide_heads and v2_choices: tiny models with random weights and Hugging Face's outputs in fp64.

python make.py    (transformers 5.18, torch 2.13, safetensors; the other cases were made the same way with transformers 4.46)
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import DebertaV2Config, DebertaV2ForMultipleChoice, DebertaV2Model

HERE = Path(__file__).parent
VOCABULARY = 101
COMMON = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=48,
    max_position_embeddings=64,
    relative_attention=True,
    position_buckets=8,
    norm_rel_ebd="layer_norm",
    share_att_key=True,
    pos_att_type=["p2c", "c2p"],
    position_biased_input=False,
    type_vocab_size=0,
)


def masks(rows, length):
    """Right padding, left padding, holes."""
    right = torch.ones(rows, length, dtype=torch.long)
    right[1, length - 4 :] = 0
    holes = torch.ones(rows, length, dtype=torch.long)
    holes[0, 3:5] = 0
    holes[1, 1] = 0
    holes[1, 9] = 0
    return {"right": right, "left": right.flip(1), "holes": holes}


def randomize(model):
    """Weights large enough for an error to show."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.2 + (1.0 if name.endswith("LayerNorm.weight") else 0.0))
    return model.eval()


def save(name, config, model, golden):
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    config.architectures = [type(model).__name__]
    config.save_pretrained(directory)
    save_file({key: value.float().contiguous() for key, value in model.state_dict().items()}, directory / "model.safetensors")
    save_file({key: value.clone() for key, value in golden.items()}, directory / "golden.safetensors")


def encoder_case(name, wide=False, **keys):
    torch.manual_seed(7)
    config = DebertaV2Config(**{**COMMON, **keys})
    model = DebertaV2Model(config)
    if wide:  # the class makes this layer [H, H], which fails on heads that are wider together
        width = config.num_attention_heads * config.attention_head_size
        for layer in model.encoder.layer:
            layer.attention.output.dense = torch.nn.Linear(width, config.hidden_size)
    model = randomize(model).double()
    golden = {}
    for batch, mask in masks(2, 13).items():
        ids = torch.randint(1, VOCABULARY, mask.shape) * mask
        inputs = {"input_ids": ids, "attention_mask": mask}
        if config.type_vocab_size > 0:
            inputs["token_type_ids"] = torch.randint(0, config.type_vocab_size, mask.shape)
        with torch.no_grad():
            out = model(**inputs, output_hidden_states=True)
        golden.update({f"{batch}/in/{key}": value for key, value in inputs.items()})
        golden[f"{batch}/f64/last_hidden_state"] = out.last_hidden_state
        golden.update({f"{batch}/f64/hidden_states.{i}": state for i, state in enumerate(out.hidden_states)})
    save(name, config, model, golden)


def choices_case(name):
    torch.manual_seed(8)
    config = DebertaV2Config(**COMMON)
    model = randomize(DebertaV2ForMultipleChoice(config)).double()
    mask = torch.ones(2, 3, 9, dtype=torch.long)
    mask[0, 1, 6:] = 0
    mask[1, 2, 4:] = 0
    ids = torch.randint(1, VOCABULARY, mask.shape) * mask
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask).logits
    save(name, config, model, {"right/in/input_ids": ids, "right/in/attention_mask": mask, "right/f64/logits": logits})


encoder_case(
    "v2_conv_groups", conv_kernel_size=5, conv_groups=4, embedding_size=24, type_vocab_size=3, hidden_act="gelu_new")
encoder_case("v2_wide_heads", wide=True, attention_head_size=12, share_att_key=False, max_relative_positions=40)
choices_case("v2_choices")
