"""Trains the demo model `pii`: spans of personal data in text, as BIO labels.

    python model/demo/train_pii.py --data DIR --output DIR [--split random|template]

DIR of the data holds pii/synth_dataset_v2.json and banking77/train.csv; see README.md in this folder.
"""

import argparse
import json
import random
import re
from collections import defaultdict
from pathlib import Path

from torch.nn import functional
from transformers import DebertaForTokenClassification

import common
import phrases
import spans
import train_intents
from spans import Sentence, Span

VOCABULARY_SIZE = 4096
MAXIMUM_LENGTH = 256
OWN = -1


def shape(span_type, value):
    """Values of one shape may stand for one another in a sentence."""
    if span_type == "STREET_ADDRESS":
        if value.isdigit():
            return "number"
        if re.fullmatch(r"(Suite|Apt\.?|Flat) \d+", value, re.IGNORECASE):
            return "unit"
        return "lines" if "\n" in value else "with number" if any(map(str.isdigit, value)) else "name"
    if span_type == "PERSON":
        return "full" if " " in value else "single"
    if span_type == "GPE":
        return "code" if len(value) <= 2 else "place"
    if span_type == "TITLE":
        return "honorific" if value.rstrip(".").lower() in ("mr", "mrs", "ms", "dr", "miss") else "job"
    if span_type == "DATE_TIME":
        return "day" if value.isalpha() else "year" if value.isdigit() else "date"
    return ""


class Refiller:
    """Makes new sentences of the training sentences and of our own, with other values in their spans."""

    def __init__(self, training):
        self.seen = defaultdict(list)
        self.invented = defaultdict(list)
        for sentence in training:
            for span in sentence.spans:
                value = sentence.text[span.start : span.end]
                self.seen[span.type, shape(span.type, value)].append(value)
        for span_type, draw in phrases.VALUES.items():
            for _ in range(1500):
                value = draw()
                self.invented[span_type, shape(span_type, value)].append(value)
        full_names = [value.split() for value in self.seen["PERSON", "full"]]
        self.seen["PERSON", "full"] += [
            f"{random.choice(full_names)[0]} {random.choice(full_names)[-1]}" for _ in range(len(full_names))
        ]
        for number in range(300):
            self.invented["STREET_ADDRESS", "number"].append(phrases.digits(random.choice((2, 3, 4, 5, 5))))
            self.invented["STREET_ADDRESS", "unit"].append(f"{random.choice(('Suite', 'Apt.'))} {random.randint(1, 999)}")

    def value_like(self, span_type, value):
        key = span_type, shape(span_type, value)
        pool = self.invented[key] if self.invented[key] and random.random() < 0.5 else self.seen[key]
        drawn = random.choice(pool)
        if span_type == "GPE" and value.isupper():
            return drawn.upper()
        return drawn.lower() if value.islower() and drawn.lower() != drawn.upper() else drawn

    def refill(self, sentence):
        values = [self.value_like(span.type, sentence.text[span.start : span.end]) for span in sentence.spans]
        text, position, placed = "", 0, []
        for span, value in zip(sentence.spans, values):
            text += sentence.text[position : span.start]
            placed.append(Span(len(text), len(text) + len(value), span.type))
            text += value
            position = span.end
        return Sentence(text + sentence.text[position:], tuple(placed), sentence.template)

    def own(self):
        pattern = random.choice(phrases.PLAIN_SENTENCES if random.random() < 0.2 else phrases.SENTENCES)
        text, placed = "", []
        for part in re.split(r"(\{[A-Z_]+\})", pattern):
            span_type = part[1:-1] if part.startswith("{") else None
            if span_type in phrases.VALUES:
                value = self.own_value(span_type)
                placed.append(Span(len(text), len(text) + len(value), span_type))
                text += value
            else:
                text += phrases.number() if span_type == "NUMBER" else part
        return Sentence(text, tuple(placed), OWN)

    def own_value(self, span_type):
        if span_type in ("PERSON", "ORGANIZATION", "GPE") and random.random() < 0.3:
            pools = [pool for (of, kind), pool in self.seen.items() if of == span_type and kind != "code" and pool]
            return random.choice(random.choice(pools))
        return phrases.VALUES[span_type]()


def plain_messages(path):
    """Banking77 training messages that surely name nobody and nothing: ordinary words, small letters, no digits."""
    named = phrases.CITIES + phrases.COUNTRIES + phrases.NATIONALITIES + phrases.MONTHS + phrases.WEEKDAYS
    named += "Europe European EU US Asia Africa America Visa Mastercard Apple Google Amex Paypal".split()
    named = {word.lower() for name in named for word in name.split()} - {"new", "may", "split", "nice", "march", "cape"}
    messages = []
    for text, _ in train_intents.read_messages(path):
        words = re.findall(r"[\w']+", text)
        ordinary = all(word.islower() or word.split("'")[0] in ("I", "ATM", "PIN", "OK") for word in words[1:])
        if ordinary and not any(character.isdigit() for character in text):
            if not any(word.lower() in named for word in words):
                messages.append(Sentence(text, (), OWN))
    return messages


def joined(first, second):
    gap = random.choice((" ", " ", "\n", ". " if not first.text.rstrip().endswith((".", "?", "!")) else " "))
    moved = len(first.text) + len(gap)
    placed = tuple(Span(span.start + moved, span.end + moved, span.type) for span in second.spans)
    return Sentence(first.text + gap + second.text, first.spans + placed, OWN)


def with_other_case(sentence):
    """Lower case now and then, and rarely upper case, where that keeps the number of characters."""
    draw = random.random()
    text = sentence.text.lower() if draw < 0.07 else sentence.text.upper() if draw < 0.085 else sentence.text
    return sentence._replace(text=text) if len(text) == len(sentence.text) else sentence


def with_emoji(sentence):
    """An emoji now and then, before or after the text."""
    draw = random.random()
    if draw > 0.1:
        return sentence
    emoji = random.choice(phrases.EMOJI)
    if draw > 0.03:
        return sentence._replace(text=f"{sentence.text} {emoji}")
    moved = len(emoji) + 1
    placed = tuple(Span(span.start + moved, span.end + moved, span.type) for span in sentence.spans)
    return Sentence(f"{emoji} {sentence.text}", placed, OWN)


def sentences_of_epoch(training, refiller, plain, own_count):
    refilled = [refiller.refill(sentence) for sentence in training for _ in range(2)]
    own = [refiller.own() for _ in range(own_count)]
    pairs = [joined(*random.choices(own, k=2)) for _ in range(own_count // 2)]
    pairs += [joined(random.choice(refilled), random.choice(own)) for _ in range(own_count // 8)]
    unmarked = random.sample(plain, own_count)
    pairs += [joined(*random.sample(both, k=2)) for both in zip(unmarked[: own_count // 6], own)]
    return [with_emoji(with_other_case(sentence)) for sentence in [*training, *refilled, *own, *pairs, *unmarked]]


def encode(tokenizer, sentences, index):
    encodings = tokenizer.encode_batch([sentence.text for sentence in sentences])
    return [
        (encoding.ids, spans.label_tokens(encoding.offsets, sentence.spans, index))
        for encoding, sentence in zip(encodings, sentences)
    ]


def cross_entropy(model, batch):
    ids = common.pad([example[0] for example in batch], 0)
    labels = common.pad([example[1] for example in batch], common.IGNORED_LABEL)
    logits = model(ids, attention_mask=(ids > 0).long()).logits
    return functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=0.03)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--split", choices=("random", "template"), default="random")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--own-sentences", type=int, default=1200, help="own sentences in each epoch")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--rate", type=float, default=1e-3)
    arguments = parser.parse_args()
    common.seed_everything(arguments.seed, arguments.threads)

    sentences = spans.read_sentences(arguments.data / "pii" / "synth_dataset_v2.json")
    training, held_out = spans.split(sentences, arguments.split)
    labels = spans.bio_labels(sorted({span.type for sentence in sentences for span in sentence.spans}))
    index = {label: position for position, label in enumerate(labels)}

    refiller = Refiller(training)
    plain = plain_messages(arguments.data / "banking77" / "train.csv")
    texts = [sentence.text for _ in range(3) for sentence in sentences_of_epoch(training, refiller, plain, 1200)]
    tokenizer = common.train_tokenizer(texts, VOCABULARY_SIZE, MAXIMUM_LENGTH)
    settings = common.configuration(
        labels,
        tokenizer.get_vocab_size(),
        arguments.hidden,
        arguments.layers,
        arguments.hidden // 64,
        MAXIMUM_LENGTH,
        arguments.dropout,
    )
    model = DebertaForTokenClassification(settings)

    def save_and_report(epoch, averaged):
        if (epoch + 1) % 4 and epoch + 1 < arguments.epochs:
            return
        common.save_model(averaged, tokenizer, arguments.output, MAXIMUM_LENGTH)
        found = spans.predict(averaged, tokenizer, [sentence.text for sentence in held_out])
        print("  held out", json.dumps(spans.score([sentence.spans for sentence in held_out], found)), flush=True)

    common.train(
        model,
        lambda _: encode(tokenizer, sentences_of_epoch(training, refiller, plain, arguments.own_sentences), index),
        cross_entropy,
        epochs=arguments.epochs,
        rate=arguments.rate,
        tokens_per_batch=1536,
        name="pii",
        after_epoch=save_and_report,
    )


if __name__ == "__main__":
    main()
