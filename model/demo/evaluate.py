"""Measures the shipped demo models, and the baselines, on held-out data.

    python model/demo/evaluate.py intents --data DIR [--model DIR]
    python model/demo/evaluate.py pii --data DIR [--model DIR] [--split random|template]
    python model/demo/evaluate.py intents-baseline --data DIR
    python model/demo/evaluate.py pii-baseline --data DIR [--split random|template]

The weights are read as F16 from the directory and computed with in F32. Prints one JSON object.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
from tokenizers import Tokenizer
from transformers import DebertaForSequenceClassification, DebertaForTokenClassification

import common
import spans
import train_intents
from spans import Span

SHIPPED = Path(__file__).resolve().parent

PATTERNS = {
    "EMAIL_ADDRESS": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "DOMAIN_NAME": r"https?://[^\s,]+",
    "IBAN_CODE": r"\b[A-Za-z]{2}\d{2}[A-Za-z0-9]{10,30}\b",
    "IP_ADDRESS": r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b",
    "US_SSN": r"\b\d{3}-\d{2}-\d{4}\b",
    "CREDIT_CARD": r"\b\d{12,19}\b|\b\d{4}(?:[ -]\d{4}){3}\b",
    "DATE_TIME": r"\b\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?\b|\b\d{1,2}/\d{1,2}/\d{4}\b|\b(?:19|20)\d{2}\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b",
    "PHONE_NUMBER": r"(?<![\w.])\+?\(?\d[\d ().-]{5,17}\d(?:x\d{2,5})?\b",
    "TITLE": r"\b(?:Mr|Mrs|Ms|Dr)\.",
}


def intents(arguments):
    model = common.load_model(DebertaForSequenceClassification, arguments.model)
    tokenizer = tokenizer_of(arguments.model)
    messages = train_intents.read_messages(arguments.data / "banking77" / "test.csv")
    ids = [encoding.ids for encoding in tokenizer.encode_batch([text for text, _ in messages])]
    logits = train_intents.logits_of(model, [(row,) for row in ids])
    expected = torch.tensor([model.config.label2id[label] for _, label in messages])
    return {
        "messages": len(messages),
        "accuracy": round((logits.argmax(-1) == expected).float().mean().item(), 4),
        "macro_f1": round(f1_score(expected, logits.argmax(-1), average="macro"), 4),
        "top_3_accuracy": round((logits.topk(3).indices == expected[:, None]).any(-1).float().mean().item(), 4),
    }


def intents_baseline(arguments):
    training = train_intents.read_messages(arguments.data / "banking77" / "train.csv")
    test = train_intents.read_messages(arguments.data / "banking77" / "test.csv")
    texts, labels = zip(*training)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    classifiers = {
        "TF-IDF of words + logistic regression": make_pipeline(words, LogisticRegression(C=20, max_iter=1000)),
        "TF-IDF of words and characters + linear SVM": make_pipeline(make_union(words, characters), LinearSVC(C=0.5)),
    }
    return {
        name: round(classifier.fit(texts, labels).score(*zip(*test)), 4) for name, classifier in classifiers.items()
    }


def pii(arguments):
    model = common.load_model(DebertaForTokenClassification, arguments.model)
    tokenizer = tokenizer_of(arguments.model)
    _, held_out = spans.split(spans.read_sentences(arguments.data / "pii" / "synth_dataset_v2.json"), arguments.split)
    found = spans.predict(model, tokenizer, [sentence.text for sentence in held_out])
    return {"sentences": len(held_out), **spans.score([sentence.spans for sentence in held_out], found)}


def pii_baseline(arguments):
    """Patterns for what has a form; for the rest the values seen in training, the longest first."""
    training, held_out = spans.split(
        spans.read_sentences(arguments.data / "pii" / "synth_dataset_v2.json"), arguments.split
    )
    types_of = defaultdict(Counter)
    for sentence in training:
        for span in sentence.spans:
            types_of[sentence.text[span.start : span.end]][span.type] += 1
    known = {value: types.most_common(1)[0][0] for value, types in types_of.items() if len(value) > 2}
    values = "|".join(re.escape(value) for value in sorted(known, key=len, reverse=True))
    dictionary = re.compile(rf"(?<!\w)(?:{values})(?!\w)")

    def find(text):
        free, found = [True] * len(text), []
        candidates = [Span(*match.span(), known[match[0]]) for match in dictionary.finditer(text)]
        for span_type, pattern in PATTERNS.items():
            candidates += [Span(*match.span(), span_type) for match in re.finditer(pattern, text)]
        for span in candidates:
            if all(free[span.start : span.end]):
                free[span.start : span.end] = [False] * (span.end - span.start)
                found.append(span)
        return found

    found = [find(sentence.text) for sentence in held_out]
    return {"sentences": len(held_out), **spans.score([sentence.spans for sentence in held_out], found)}


def tokenizer_of(directory):
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    settings = json.loads((directory / "tokenizer_config.json").read_text(encoding="utf-8"))
    tokenizer.enable_truncation(settings["model_max_length"])
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = {"intents": intents, "pii": pii, "intents-baseline": intents_baseline, "pii-baseline": pii_baseline}
    parser.add_argument("task", choices=tasks)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="default: the shipped directory of the task")
    parser.add_argument("--split", choices=("random", "template"), default="random", help="of the PII sentences")
    arguments = parser.parse_args()
    arguments.model = arguments.model or SHIPPED / arguments.task
    print(json.dumps(tasks[arguments.task](arguments), indent=2))


if __name__ == "__main__":
    main()
