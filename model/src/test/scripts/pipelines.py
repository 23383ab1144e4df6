"""Writes what Hugging Face's pipelines answer with small models, for PipelinesTest to compare with.

    python model/src/test/scripts/pipelines.py [--tokenizers DIR]

Needs transformers 5.18, tokenizers 0.23, torch 2.13 (CPU), numpy 2. Writes model/src/test/resources/pipelines: the texts, the
models as configurations and tensor shapes, and one file of results per vocabulary. The weights are a formula (see `values`), so
that the Java test makes the same ones and no weights are kept; they are computed with in F64. The vocabularies are that of the demo model, and the two of
published DeBERTa models in DIR (deberta-v1, deberta-v3), whose results are skipped by the test where DIR is absent.

Every task but question answering is answered by transformers' own pipeline. Version 5 has no question answering any more: its
answers are computed here, by `answers`, a statement of what version 4 documents in numpy over the logits of torch.

transformers 5 drops the normalizer of a DeBERTa-v2 tokenizer.json when it is loaded as what it is; loaded as a plain file of the
tokenizers library it is read as written, and that is checked below.
"""

import argparse
import gzip
import json
import math
from pathlib import Path

import numpy as np
import tokenizers
import torch
import transformers
from transformers import PreTrainedTokenizerFast, pipeline

MODULE = Path(__file__).resolve().parents[3]
RESULTS = MODULE / "src/test/resources/pipelines"
TOKENIZERS = MODULE.parents[1] / "shared/golden/tokenizer/hf"
MAX_LENGTH = 64
STRIDE = 16

AWKWARD = [
    "?", "ok", "\U0001F621\U0001F621\U0001F621", "MY CARD HAS NOT ARRIVED YET!!!", "  two  spaces   and more  ",
    "Tabs\tand\nnew\r\nlines\n\n\nPeter Novák\n12 Mill Lane\nLeeds",
    "Decomposed: Jose\u0301 Nu\u0301n\u0303ez and composed: José Núñez",
    "\U0001F469\u200d\U0001F4BB Priya Nair \U0001F1EE\U0001F1F3 lost her card in Mumbai \U0001F62D",
    "\U0001D4DC\U0001D4EA\U0001D4FD\U0001D4F1 letters \U0001D538\U0001D539\u2102 and Jane Doe after them",
    "お名前は田中由紀です。カードが届きません。", "Мой перевод на имя Ольга Иванова не пришёл",
    "اسمي ليلى حسن وبطاقتي لا تعمل", "Η κάρτα μου χάθηκε στην Αθήνα", "ไม่สามารถโอนเงินได้ครับ",
    "Zero\u200bwidth, soft\u00adhyphen, nbsp\u00a0here, [MASK] and [SEP] in the text",
    "a" * 120, "supercalifragilisticexpialidocious-antidisestablishmentarianism", "https://example.com/a?b=c&d=%20e#f",
    "ﬁ ligature, ½ and ²", "tail space ", "\u3000ideographic space", "e\u0301\u0302\u0303\u0304 stacked marks",
    "\U0001F1E9\U0001F1EA flag [UNK] and <unk>", "'quotes' \u201ccurly\u201d \u2014 dash\u2026", "\U00010348 gothic \U0001F9D1\u200d\U0001F680",
]
CANDIDATES = [
    ["card", "transfer", "exchange rate"], ["complaint", "question", "thanks", "lost card"], ["urgent"],
    ["travel", "money", "identity theft", "delivery", "something else"], ["positive", "negative"],
]
QUESTIONS = [
    "What was charged?", "Who wrote this?", "Where is the card?", "Which city?", "When did it happen?", "How much?",
    "What is the phone number?", "Why is it pending?", "¿Qué pasó?", "What is the e-mail address, please?",
]


def texts():
    events = [json.loads(line)["text"] for line in (MODULE / "demo/events.jsonl").read_text().splitlines()]
    short = events[:180] + AWKWARD
    long = [" ".join(events[i : i + 6 + i % 5]) for i in range(0, 240, 8)]
    return short + long, len(short)


def values(name, shape, scale, offset):
    """A float in [offset - scale/2, offset + scale/2) for each element: FNV-1a of the name, then SplitMix64 of the index."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = np.uint64(state) + (np.arange(1, math.prod(shape) + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit = (z >> np.uint64(40)).astype(np.float64) / 2.0**24 - 0.5
    return (unit * scale + offset).astype(np.float32).reshape(shape)


def law(name):
    """Scale and offset of a tensor's values."""
    if name.endswith("LayerNorm.weight"):
        return 0.2, 1.0
    if name.endswith("bias"):
        return 0.2, 0.0
    if "embeddings" in name:
        return 2.0, 0.0
    if name.startswith(("classifier", "qa_outputs")):
        return 2.0, 0.0
    return 1.0, 0.0


class WholeTexts:
    """A tokenizer of the tokenizers library that truncates what it has read to the end."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def __getattr__(self, name):
        return getattr(self.tokenizer, name)

    def encode_batch(self, inputs, add_special_tokens=True, **others):
        assert not any(others.values()), others
        truncation, padding = self.tokenizer.truncation, self.tokenizer.padding
        pairs = [one if isinstance(one, (tuple, list)) else (one,) for one in inputs]
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        whole = [[self.tokenizer.encode(text, add_special_tokens=False) for text in pair] for pair in pairs]
        if truncation:
            self.tokenizer.enable_truncation(**truncation)
        encodings = [self.tokenizer.post_process(*pair, add_special_tokens=add_special_tokens) for pair in whole]
        if padding:
            self.tokenizer.enable_padding(**padding)
            length = max(len(e) for encoding in encodings for e in (encoding, *encoding.overflowing))
            for encoding in encodings:
                encoding.pad(
                    length, direction=padding["direction"], pad_id=padding["pad_id"], pad_type_id=padding["pad_type_id"],
                    pad_token=padding["pad_token"])
        return encodings


class Vocabulary:
    def __init__(self, name, directory, version):
        self.name, self.version = name, version
        file = directory / "tokenizer.json"
        self.tokenizer = PreTrainedTokenizerFast(
            tokenizer_file=str(file), model_max_length=MAX_LENGTH, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
            pad_token="[PAD]", mask_token="[MASK]",
        )
        self.tokenizer._tokenizer = WholeTexts(self.tokenizer._tokenizer)
        raw = tokenizers.Tokenizer.from_file(str(file))
        for text in texts()[0]:
            assert self.tokenizer(text)["input_ids"] == raw.encode(text).ids, text
        self.size = max(raw.get_vocab(with_added_tokens=True).values()) + 1

    def config(self, **more):
        common = dict(
            vocab_size=self.size, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
            max_position_embeddings=MAX_LENGTH, type_vocab_size=0, relative_attention=True, position_biased_input=False,
            pos_att_type=["c2p", "p2c"], max_relative_positions=-1, layer_norm_eps=1e-7, pooler_hidden_size=16, pad_token_id=0,
        )
        if self.version == 1:
            return transformers.DebertaConfig(**common, **more)
        return transformers.DebertaV2Config(
            **common, position_buckets=8, share_att_key=True, norm_rel_ebd="layer_norm", **more
        )

    def model(self, head, **more):
        kind = getattr(transformers, ("Deberta" if self.version == 1 else "DebertaV2") + head)
        model = kind(self.config(**more)).eval()
        tensors = {}
        state = {}
        seen = set()
        for name, tensor in model.state_dict().items():
            if tensor.data_ptr() in seen or not tensor.is_floating_point():
                continue
            seen.add(tensor.data_ptr())
            scale, offset = law(name)
            tensors[name] = {"shape": list(tensor.shape), "scale": scale, "offset": offset}
            state[name] = torch.from_numpy(values(name, tuple(tensor.shape), scale, offset))
        missing = model.load_state_dict(state, strict=False)
        assert not missing.unexpected_keys
        model.tie_weights()
        model.double()
        config = {key: value for key, value in model.config.to_diff_dict().items() if key != "transformers_version"}
        config["model_type"] = model.config.model_type
        config["architectures"] = [kind.__name__]
        return model, {"config": config, "tensors": tensors}


def answers(tokenizer, model, question, context, top_k=1, impossible=False, max_answer_len=15):
    """Extractive question answering as version 4 documents it, stated anew over the logits of each window."""
    max_len = min(tokenizer.model_max_length, 384)
    encoded = tokenizer(
        question, context, truncation="only_second", max_length=max_len, stride=min(max_len // 2, 128),
        return_overflowing_tokens=True, return_offsets_mapping=True,
    )
    found = []
    null_score = math.inf
    for window, ids in enumerate(encoded["input_ids"]):
        with torch.no_grad():
            output = model(input_ids=torch.tensor([ids]))
        sequence = encoded.sequence_ids(window)
        allowed = np.array([s == 1 or i == tokenizer.cls_token_id for s, i in zip(sequence, ids)])
        probabilities = []
        for logits in (output.start_logits, output.end_logits):
            logits = np.where(allowed, logits[0].numpy(), -np.inf).astype(np.float64)
            exponents = np.exp(logits - logits.max())
            probabilities.append(exponents / exponents.sum())
        start, end = probabilities
        null_score = min(null_score, start[0] * end[0])
        spans = [
            (start[s] * end[e], s, e)
            for s in range(1, len(ids)) if sequence[s] == 1
            for e in range(s, min(len(ids), s + max_answer_len)) if sequence[e] == 1
        ]
        spans.sort(key=lambda span: -span[0])
        for score, s, e in spans[: 2 * top_k + 10]:
            words = encoded.word_ids(window)
            of_first = [t for t in range(len(ids)) if sequence[t] == 1 and words[t] == words[s]]
            of_last = [t for t in range(len(ids)) if sequence[t] == 1 and words[t] == words[e]]
            first = encoded["offset_mapping"][window][of_first[0]][0]
            last = encoded["offset_mapping"][window][of_last[-1]][1]
            text = context[first:last]
            known = [answer for answer in found if answer["answer"].lower() == text.lower()]
            if known:
                known[0]["score"] += score
            else:
                found.append({"score": score, "start": first, "end": last, "answer": text})
    if impossible:
        found.append({"score": null_score, "start": 0, "end": 0, "answer": ""})
    return sorted(found, key=lambda answer: -answer["score"])[:top_k]


def rounded(value):
    if isinstance(value, (float, np.floating)):
        return float(f"{float(value):.8g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return int(value) if isinstance(value, np.integer) else value


def runs(vocabulary):
    every, short = texts()
    fast = vocabulary.tokenizer
    models = {}
    results = []

    def add(model, options, cases):
        results.append({"model": model, "options": options, "cases": [rounded(case) for case in cases]})
        print(vocabulary.name, model, options, len(cases))

    topics = {i: f"topic_{i}" for i in range(6)}
    model, models["topics"] = vocabulary.model(
        "ForSequenceClassification", id2label=topics, label2id={label: i for i, label in topics.items()})
    classify = pipeline("text-classification", model=model, tokenizer=fast, truncation=True, max_length=MAX_LENGTH)
    add("topics", {"top.k": "0"}, [{"text": i, "out": classify(t, top_k=None)} for i, t in enumerate(every)])
    add("topics", {}, [{"text": i, "out": classify(every[i])} for i in range(short)])
    add("topics", {"function.to.apply": "sigmoid", "top.k": "2"},
        [{"text": i, "out": classify(every[i], top_k=2, function_to_apply="sigmoid")} for i in range(short)])
    add("topics", {"function.to.apply": "none", "top.k": "3"}, [
        {"text": i, "pair": i + 3,
         "out": classify({"text": every[i], "text_pair": every[i + 3]}, top_k=3, function_to_apply="none")}
        for i in range(short)])

    extract = pipeline("feature-extraction", model=model.deberta, tokenizer=fast)
    vectors = [np.array(extract(t, tokenize_kwargs={"truncation": True, "max_length": MAX_LENGTH})[0]) for t in every]
    task = {"task": "feature-extraction"}
    add("topics", task | {"pooling": "none"}, [{"text": i, "out": vectors[i].tolist()} for i in range(0, short, 5)])
    add("topics", task | {"pooling": "cls"}, [{"text": i, "out": v[0].tolist()} for i, v in enumerate(vectors)])
    add("topics", task | {"pooling": "mean", "normalize": "true"},
        [{"text": i, "out": (v.mean(0) / np.linalg.norm(v.mean(0))).tolist()} for i, v in enumerate(vectors)])

    # one model with the entailment first, so that the contradiction is the last, and one the other way round
    names = ["entailment", "neutral", "contradiction"] if vocabulary.version == 2 else ["contradiction", "neutral", "Entailed"]
    model, models["entailment"] = vocabulary.model(
        "ForSequenceClassification", id2label=dict(enumerate(names)), label2id={label: i for i, label in enumerate(names)})
    zero_shot = pipeline("zero-shot-classification", model=model, tokenizer=fast)
    task = {"task": "zero-shot-classification"}
    for options, arguments in (
        ({}, {}),
        ({"multi.label": "true"}, {"multi_label": True}),
        ({"hypothesis.template": "It is about {}, is it not?"}, {"hypothesis_template": "It is about {}, is it not?"}),
    ):
        cases = []
        for i in range(short):
            candidates = CANDIDATES[i % len(CANDIDATES)]
            cases.append({"text": i, "candidates": candidates, "out": zero_shot(every[i], candidates, **arguments)})
        for case in cases:
            case["out"].pop("sequence")
        add("entailment", task | options, cases)

    model, models["relevance"] = vocabulary.model(
        "ForSequenceClassification", id2label={0: "relevance"}, label2id={"relevance": 0})
    relevance = pipeline("text-classification", model=model, tokenizer=fast, truncation=True, max_length=MAX_LENGTH)
    for options, function in (({}, "none"), ({"function.to.apply": "sigmoid"}, "sigmoid")):
        add("relevance", {"task": "rerank"} | options, [
            {"text": i, "pair": i + 5,
             "out": relevance({"text": every[i], "text_pair": every[i + 5]}, function_to_apply=function)}
            for i in range(short)])
    add("relevance", {"task": "text-classification"}, [{"text": i, "out": relevance(every[i])} for i in range(short)])

    tags = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "LOC", "E-DATE"]
    model, models["tags"] = vocabulary.model(
        "ForTokenClassification", id2label=dict(enumerate(tags)), label2id={tag: i for i, tag in enumerate(tags)})
    for strategy in ("none", "simple", "first", "average", "max"):
        tag = pipeline("token-classification", model=model, tokenizer=fast, aggregation_strategy=strategy)
        fields = ("entity" if strategy == "none" else "entity_group", "score", "word", "start", "end")
        add("tags", {"aggregation": strategy}, [
            {"text": i, "out": [[e[f] for f in fields] + ([e["index"]] if strategy == "none" else []) for e in tag(t)]}
            for i, t in enumerate(every[:short])])
        if strategy != "none":
            windows = pipeline(
                "token-classification", model=model, tokenizer=fast, aggregation_strategy=strategy, stride=STRIDE)
            add("tags", {"aggregation": strategy, "long.text": "window", "stride": str(STRIDE)}, [
                {"text": i, "out": [[e[f] for f in fields] for e in windows(every[i])]}
                for i in range(short, len(every))])
    tag = pipeline("token-classification", model=model, tokenizer=fast, aggregation_strategy="simple",
                   ignore_labels=["PER", "LOC"])
    add("tags", {"aggregation": "simple", "ignore.labels": "PER,LOC"}, [
        {"text": i, "out": [[e[f] for f in ("entity_group", "score", "word", "start", "end")] for e in tag(every[i])]}
        for i in range(0, short, 4)])

    model, models["answers"] = vocabulary.model("ForQuestionAnswering")
    for options, arguments in (
        ({}, {}),
        ({"top.k": "3", "handle.impossible.answer": "true"}, {"top_k": 3, "impossible": True}),
        ({"max.answer.length": "3", "top.k": "2"}, {"max_answer_len": 3, "top_k": 2}),
    ):
        add("answers", {"task": "question-answering"} | options, [
            {"text": QUESTIONS[i % len(QUESTIONS)], "pair": i,
             "out": answers(fast, model, QUESTIONS[i % len(QUESTIONS)], every[i], **arguments)}
            for i in range(len(every)) if every[i]])

    model, models["masks"] = vocabulary.model("ForMaskedLM")
    fill = pipeline("fill-mask", model=model, tokenizer=fast)
    masked = []
    for i in range(short):
        words = every[i].split(" ")
        for mask in range(1 + (i % 3 == 2)):
            words[(i * 7 + mask * 3) % len(words)] = "[MASK]"
        masked.append(" ".join(words))
    kwargs = {"tokenizer_kwargs": {"truncation": True, "max_length": MAX_LENGTH}}
    held = [text for text in masked if fast.mask_token_id in fast(text, truncation=True, max_length=MAX_LENGTH)["input_ids"]]
    for options, arguments in (({"top.k": "3"}, {"top_k": 3}), ({"targets": "card,supercalifragilistic,ok"},
                                                                {"targets": ["card", "supercalifragilistic", "ok"]})):
        cases = []
        for text in held if "top.k" in options else held[:60]:
            out = fill(text, **arguments, **kwargs)
            out = out if isinstance(out[0], list) else [out]
            cases.append({"text": text, "out": [[[f["score"], f["token"], f["token_str"], f["sequence"]] for f in m] for m in out]})
        add("masks", {"task": "fill-mask"} | options, cases)
    return models, results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokenizers", type=Path, default=TOKENIZERS)
    directory = parser.parse_args().tokenizers
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "texts.json").write_text(json.dumps(texts()[0], ensure_ascii=False, indent=0) + "\n")
    for name, path, version in (
        ("demo", MODULE / "demo/intents", 1), ("v1", directory / "deberta-v1", 1), ("v3", directory / "deberta-v3", 2)):
        models, results = runs(Vocabulary(name, path, version))
        data = json.dumps({"maxLength": MAX_LENGTH, "models": models, "runs": results}, ensure_ascii=False, separators=(",", ":"))
        with open(RESULTS / f"{name}.json.gz", "wb") as file:
            with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as out:
                out.write(data.encode())


if __name__ == "__main__":
    main()
