"""What the two demo models share: vocabulary, model shape, training loop, saving and loading."""

import copy
import json
import math
import random
import time
from pathlib import Path

import numpy
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch.nn import functional
from transformers import DebertaConfig, DebertaForMaskedLM, PreTrainedTokenizerFast

PAD, CLS, SEP, UNK, MASK = "[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"
IGNORED_LABEL = -100


def seed_everything(seed, threads):
    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(threads)


# --- vocabulary -------------------------------------------------------------------------------------------------------


def train_tokenizer(texts, vocabulary_size, maximum_length):
    """Byte-level BPE laid out as microsoft/deberta-base lays it out: [PAD] [CLS] [SEP] [UNK] first, [MASK] last.

    Digits are kept apart while merges are learned, so every digit stays a token of its own: numbers are then read by
    their length and neighbours instead of by chance pairs of digits.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size - 1,
        special_tokens=[PAD, CLS, SEP, UNK],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(token, normalized=True) for token in (PAD, CLS, SEP, UNK)])
    tokenizer.add_special_tokens([AddedToken(MASK, lstrip=True, normalized=True)])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{CLS} $A {SEP}",
        pair=f"{CLS} $A {SEP} $B:1 {SEP}:1",
        special_tokens=[(CLS, tokenizer.token_to_id(CLS)), (SEP, tokenizer.token_to_id(SEP))],
    )
    tokenizer.enable_truncation(maximum_length)
    return tokenizer


def save_tokenizer(tokenizer, directory, maximum_length):
    """Writes the five files that a Hugging Face directory of a DeBERTa v1 has."""
    shipped = Tokenizer.from_str(tokenizer.to_str())
    shipped.no_truncation()
    shipped.save(str(directory / "tokenizer.json"))
    shipped.model.save(str(directory))
    tokens = {"bos": CLS, "cls": CLS, "eos": SEP, "mask": MASK, "pad": PAD, "sep": SEP, "unk": UNK}
    names = {f"{name}_token": token for name, token in tokens.items()}
    added = {
        str(shipped.token_to_id(token)): {
            "content": token,
            "lstrip": token == MASK,
            "normalized": True,
            "rstrip": False,
            "single_word": False,
            "special": True,
        }
        for token in (PAD, CLS, SEP, UNK, MASK)
    }
    configuration = {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": added,
        **names,
        "clean_up_tokenization_spaces": False,
        "do_lower_case": False,
        "errors": "replace",
        "model_max_length": maximum_length,
        "tokenizer_class": "DebertaTokenizer",
        "vocab_type": "gpt2",
    }
    write_json(directory / "tokenizer_config.json", configuration)
    write_json(directory / "special_tokens_map.json", names)


def load_tokenizer(directory):
    """Reads tokenizer.json as it is: the class DebertaTokenizer of transformers 5 builds a pair template of its own."""
    settings = json.loads((Path(directory) / "tokenizer_config.json").read_text(encoding="utf-8"))
    return PreTrainedTokenizerFast(
        tokenizer_file=str(Path(directory) / "tokenizer.json"),
        model_max_length=settings["model_max_length"],
        clean_up_tokenization_spaces=False,
        **{f"{name}_token": settings[f"{name}_token"] for name in ("bos", "cls", "eos", "mask", "pad", "sep", "unk")},
    )


# --- model ------------------------------------------------------------------------------------------------------------


def configuration(labels, vocabulary_size, hidden, layers, heads, positions, dropout):
    return DebertaConfig(
        vocab_size=vocabulary_size,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * hidden,
        hidden_act="gelu",
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        max_position_embeddings=positions,
        max_relative_positions=-1,
        relative_attention=True,
        pos_att_type="c2p|p2c",
        position_biased_input=False,
        type_vocab_size=0,
        layer_norm_eps=1e-7,
        pooler_dropout=0,
        pooler_hidden_act="gelu",
        pad_token_id=0,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )


def save_model(model, tokenizer, directory, maximum_length):
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    shipped = copy.deepcopy(model).half()
    shipped.save_pretrained(directory)
    settings = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    settings["torch_dtype"] = settings.pop("dtype", "float16")
    settings["pos_att_type"] = "|".join(settings["pos_att_type"])
    write_json(directory / "config.json", settings)
    save_tokenizer(tokenizer, directory, maximum_length)


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


# --- training ---------------------------------------------------------------------------------------------------------


def batches_by_length(lengths, tokens_per_batch, shuffle):
    """Groups examples of similar length, so that little is spent on padding; returns lists of indexes."""
    order = sorted(range(len(lengths)), key=lambda index: lengths[index] + (random.random() * 4 if shuffle else 0))
    batches, batch, longest = [], [], 0
    for index in order:
        longest = max(longest, lengths[index])
        if batch and longest * (len(batch) + 1) > tokens_per_batch:
            batches.append(batch)
            batch, longest = [], lengths[index]
        batch.append(index)
    batches.append(batch)
    if shuffle:
        random.shuffle(batches)
    return batches


def pad(rows, value):
    longest = max(len(row) for row in rows)
    return torch.tensor([list(row) + [value] * (longest - len(row)) for row in rows])


class Average:
    """Exponential moving average of a model's weights."""

    def __init__(self, model, decay):
        self.decay = decay
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.steps = 0

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + 10))
        for mine, theirs in zip(self.model.parameters(), model.parameters(), strict=True):
            mine.lerp_(theirs, 1 - decay)


def train(model, examples, loss_of_batch, *, epochs, rate, tokens_per_batch, name, decay=0.995, after_epoch=None):
    """Adam with warm-up and cosine decay over `examples(epoch)`; returns the averaged model."""
    matrices = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}],
        lr=rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    average = Average(model, decay)
    started = time.time()
    for epoch in range(epochs):
        model.train()
        data = examples(epoch)
        batches = batches_by_length([len(example[0]) for example in data], tokens_per_batch, shuffle=True)
        total = 0.0
        for step, batch in enumerate(batches):
            progress = (epoch + step / len(batches)) / epochs
            warm = min(1.0, progress / 0.06)
            for group in optimizer.param_groups:
                group["lr"] = rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
            loss = loss_of_batch(model, [data[index] for index in batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            average.update(model)
            total += loss.item()
        line = f"{name} epoch {epoch + 1}/{epochs} loss {total / len(batches):.4f} {time.time() - started:.0f} s"
        print(line, flush=True)
        if after_epoch:
            after_epoch(epoch, average.model)
    return average.model


def pretrain(settings, rows, vocabulary_size, *, epochs, rate, tokens_per_batch, name):
    """Masked-language-model training on the training texts; returns the encoder's weights."""
    model = DebertaForMaskedLM(settings)
    mask_id = vocabulary_size - 1

    def loss_of_batch(model, batch):
        ids = pad([row for (row,) in batch], 0)
        maskable = ids > 3
        chosen = maskable & (torch.rand(ids.shape) < 0.25)
        draw = torch.rand(ids.shape)
        masked = torch.where(chosen & (draw < 0.8), mask_id, ids)
        masked = torch.where(chosen & (draw > 0.9), torch.randint_like(ids, 4, mask_id), masked)
        hidden = model.deberta(masked, attention_mask=(ids > 0).long())[0]
        return functional.cross_entropy(model.cls(hidden[chosen]), ids[chosen])

    examples = [(row,) for row in rows]
    trained = train(
        model, lambda _: examples, loss_of_batch, epochs=epochs, rate=rate, tokens_per_batch=tokens_per_batch, name=name
    )
    return trained.deberta.state_dict()


def load_model(model_class, directory):
    """The shipped F16 weights, computing in F32."""
    return model_class.from_pretrained(directory, dtype=torch.float32).eval()
