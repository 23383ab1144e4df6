"""Texts with character spans, their BIO labels over tokens, and the strict score between two sets of spans."""

import json
import random
from typing import NamedTuple

import torch

import common


class Span(NamedTuple):
    start: int
    end: int
    type: str


class Sentence(NamedTuple):
    text: str
    spans: tuple
    template: int


def read_sentences(path):
    with open(path, encoding="utf-8") as file:
        items = json.load(file)
    return [
        Sentence(
            item["full_text"],
            tuple(sorted(Span(span["start_position"], span["end_position"], span["entity_type"]) for span in item["spans"])),
            item["template_id"],
        )
        for item in items
    ]


def split(sentences, kind, seed=20):
    """Holds out a fifth: of the sentences (`random`), or of the templates with all their sentences (`template`)."""
    draw = random.Random(seed)
    if kind == "random":
        shuffled = sentences[:]
        draw.shuffle(shuffled)
        cut = len(shuffled) // 5
        return shuffled[cut:], shuffled[:cut]
    templates = sorted({sentence.template for sentence in sentences})
    draw.shuffle(templates)
    held = set(templates[: len(templates) // 5])
    return (
        [sentence for sentence in sentences if sentence.template not in held],
        [sentence for sentence in sentences if sentence.template in held],
    )


def bio_labels(types):
    return ["O"] + [f"{prefix}-{type}" for type in types for prefix in "BI"]


def label_tokens(offsets, spans, index):
    """A token belongs to the span it overlaps; the first one of a span is B. Special tokens are not scored."""
    labels = []
    opened = None
    for start, end in offsets:
        if start == end:
            labels.append(common.IGNORED_LABEL)
            continue
        span = next((span for span in spans if start < span.end and end > span.start), None)
        if span is None:
            labels.append(index["O"])
        else:
            labels.append(index[("I-" if span is opened else "B-") + span.type])
        opened = span
    return labels


def decode(text, tags, offsets):
    """The longest runs of one type, cut at each B, as the Hugging Face pipeline's aggregation "simple" makes them.

    A DeBERTa v1 token holds the space before its word; white space around a span is therefore cut off.
    """
    spans = []
    opened = None
    for tag, (start, end) in zip(tags, offsets):
        if start == end:
            continue
        prefix, _, type = tag.partition("-")
        if opened and prefix == "I" and type == opened.type:
            opened = spans[-1] = Span(opened.start, end, type)
        elif prefix == "O":
            opened = None
        else:
            opened = Span(start, end, type)
            spans.append(opened)
    return [trimmed(text, span) for span in spans if text[span.start : span.end].strip()]


def trimmed(text, span):
    value = text[span.start : span.end]
    start = span.start + len(value) - len(value.lstrip())
    return Span(start, start + len(value.strip()), span.type)


@torch.no_grad()
def predict(model, tokenizer, texts, tokens_per_batch=4096):
    """Spans of each text; `tokenizer` is one of the `tokenizers` package."""
    model.eval()
    encodings = tokenizer.encode_batch(texts)
    found = [None] * len(texts)
    for batch in common.batches_by_length([len(encoding.ids) for encoding in encodings], tokens_per_batch, shuffle=False):
        ids = common.pad([encodings[index].ids for index in batch], 0)
        best = model(ids, attention_mask=(ids > 0).long()).logits.argmax(-1).tolist()
        for index, row in zip(batch, best):
            tags = [model.config.id2label[label] for label in row]
            found[index] = decode(texts[index], tags, encodings[index].offsets)
    return found


def score(expected, found):
    """Micro precision, recall and F1 of spans that agree in start, end and type; and F1 by type."""
    types = sorted({span.type for spans in [*expected, *found] for span in spans})
    overall = ratios(expected, found, types)
    overall["by_type"] = {type: ratios(expected, found, [type])["f1"] for type in types}
    return overall


def ratios(expected, found, types):
    right = wanted = given = 0
    for truth, guess in zip(expected, found, strict=True):
        truth = {span for span in truth if span.type in types}
        guess = {span for span in guess if span.type in types}
        right, wanted, given = right + len(truth & guess), wanted + len(truth), given + len(guess)
    precision, recall = right / max(given, 1), right / max(wanted, 1)
    f1 = 2 * right / max(given + wanted, 1)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "spans": wanted}
