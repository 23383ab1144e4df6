"""Trains the demo model `intents`: which of the 77 intents of Banking77 a customer message has.

    python model/demo/train_intents.py --data DIR --output DIR

DIR of the data holds banking77/train.csv and banking77/test.csv; see README.md in this folder.
"""

import argparse
import csv
import random
from pathlib import Path

import torch
from torch.nn import functional
from transformers import DebertaForSequenceClassification

import common

VOCABULARY_SIZE = 4096
MAXIMUM_LENGTH = 128
TRAINING_LENGTH = 64


def read_messages(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [(row["text"], label_of(row["category"])) for row in csv.DictReader(file)]


def label_of(category):
    """The two categories that are not snake_case are made so."""
    return category.lower().rstrip("?")


def split(messages, fraction, seed):
    """Holds out a part of the training file, for choosing settings without a look at the test file."""
    shuffled = messages[:]
    random.Random(seed).shuffle(shuffled)
    cut = round(len(shuffled) * fraction)
    return shuffled[cut:], shuffled[:cut]


def encode(tokenizer, messages, labels):
    index = {label: position for position, label in enumerate(labels)}
    encodings = tokenizer.encode_batch([text for text, _ in messages])
    return [(encoding.ids[:TRAINING_LENGTH], index[label]) for encoding, (_, label) in zip(encodings, messages)]


def with_dropped_tokens(example, share):
    ids, *rest = example
    inner = [token for token in ids[1:-1] if random.random() >= share] or ids[1:-1]
    return [ids[0], *inner, ids[-1]], *rest


@torch.no_grad()
def logits_of(model, examples, tokens_per_batch=4096):
    model.eval()
    logits = torch.empty(len(examples), model.config.num_labels)
    for batch in common.batches_by_length([len(example[0]) for example in examples], tokens_per_batch, shuffle=False):
        ids = common.pad([examples[index][0] for index in batch], 0)
        logits[batch] = model(ids, attention_mask=(ids > 0).long()).logits
    return logits


def accuracy(model, examples):
    expected = torch.tensor([example[1] for example in examples])
    return (logits_of(model, examples).argmax(-1) == expected).float().mean().item()


def cross_entropy_and_agreement(model, batch):
    """R-Drop: the batch goes through twice with different dropout, and both answers must agree."""
    ids = common.pad([example[0] for example in batch], 0)
    labels = torch.tensor([example[1] for example in batch])
    first, second = model(ids.repeat(2, 1), attention_mask=(ids > 0).long().repeat(2, 1)).logits.chunk(2)
    hard = sum(functional.cross_entropy(logits, labels, label_smoothing=0.1) for logits in (first, second)) / 2
    left, right = first.log_softmax(-1), second.log_softmax(-1)
    apart = functional.kl_div(left, right, log_target=True, reduction="batchmean")
    apart = apart + functional.kl_div(right, left, log_target=True, reduction="batchmean")
    return hard + 0.5 * apart


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--dropout", type=float, default=0.15)
    parser.add_argument("--drop-tokens", type=float, default=0.08)
    parser.add_argument("--pretrain-epochs", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--hold-out", type=float, default=0.0, help="share of the training file to measure on")
    arguments = parser.parse_args()
    common.seed_everything(arguments.seed, arguments.threads)

    messages = read_messages(arguments.data / "banking77" / "train.csv")
    labels = sorted({label for _, label in messages})
    training, held_out = split(messages, arguments.hold_out, seed=1)
    tokenizer = common.train_tokenizer([text for text, _ in training], VOCABULARY_SIZE, MAXIMUM_LENGTH)
    settings = common.configuration(
        labels,
        tokenizer.get_vocab_size(),
        arguments.hidden,
        arguments.layers,
        arguments.hidden // 64,
        MAXIMUM_LENGTH,
        arguments.dropout,
    )
    examples = encode(tokenizer, training, labels)
    unseen = encode(tokenizer, held_out, labels)

    weights = common.pretrain(
        settings,
        [ids for ids, _ in examples],
        settings.vocab_size,
        epochs=arguments.pretrain_epochs,
        rate=arguments.rate,
        tokens_per_batch=1536,
        name="pretrain",
    )
    model = DebertaForSequenceClassification(settings)
    model.deberta.load_state_dict(weights)

    def report(epoch, averaged):
        if unseen and (epoch + 1) % 4 == 0:
            print(f"  held-out accuracy {accuracy(averaged, unseen):.4f}", flush=True)
            common.save_model(averaged, tokenizer, arguments.output, MAXIMUM_LENGTH)

    model = common.train(
        model,
        lambda _: [with_dropped_tokens(example, arguments.drop_tokens) for example in examples],
        cross_entropy_and_agreement,
        epochs=arguments.epochs,
        rate=arguments.rate,
        tokens_per_batch=768,
        name="fine-tune",
        after_epoch=report,
    )
    common.save_model(model, tokenizer, arguments.output, MAXIMUM_LENGTH)


if __name__ == "__main__":
    main()
