"""Writes reference.jsonl: what Hugging Face's tokenizers 0.22.2 make of texts cut and filled up at either side.

python reference.py, in this directory, with the package tokenizers installed.
"""

import json

import tokenizers

TEXTS = [
    ("", None),
    ("hello", None),
    ("hello world, hello \U0001f914 world! aaaa bbb hello", None),
    ("hello world [MASK] hello", "hello \u00e9\u00e9 world hello hello"),
    ("aaaaaaa bb hello", "hello"),
    ("hi", "hello world hello world hello world, hello \U0001f914"),
]
STRATEGIES = ["longest_first", "only_first", "only_second"]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def shown(encoding, texts):
    offsets = []
    for (start, end), sequence in zip(encoding.offsets, encoding.sequence_ids):
        if sequence is None:
            offsets += [-1, -1]
        else:
            offsets += [utf16(texts[sequence], start), utf16(texts[sequence], end)]
    return {
        "ids": encoding.ids,
        "types": encoding.type_ids,
        "special": encoding.special_tokens_mask,
        "attention": encoding.attention_mask,
        "words": [-1 if word is None else word for word in encoding.word_ids],
        "sequences": [-1 if sequence is None else sequence for sequence in encoding.sequence_ids],
        "offsets": offsets,
        "overflowing": [shown(window, texts) for window in encoding.overflowing],
    }


def main():
    print(tokenizers.__version__)
    tokenizer = tokenizers.Tokenizer.from_file("tokenizer.json")
    pad_id = tokenizer.token_to_id("[PAD]")
    with open("reference.jsonl", "w", encoding="utf-8") as out:

        def write(**record):
            out.write(json.dumps(record) + "\n")

        for text, pair in TEXTS:
            for side in ["left", "right"]:
                for strategy in STRATEGIES:
                    for length, stride in [(4, 0), (5, 1), (7, 2), (12, 5), (40, 3)]:
                        for padded in [False, True]:
                            tokenizer.enable_truncation(length, stride=stride, strategy=strategy, direction=side)
                            tokenizer.no_padding()
                            if padded:
                                tokenizer.enable_padding(
                                    direction=side, pad_id=pad_id, length=length, pad_to_multiple_of=8
                                )
                            record = dict(
                                text=text, pair=pair, side=side, strategy=strategy, length=length, stride=stride, padded=padded
                            )
                            try:
                                encoding = tokenizer.encode(text, pair)
                            except BaseException as error:  # a Rust panic is no Exception
                                write(**record, error=str(error))
                                continue
                            write(**record, encoding=shown(encoding, [text, pair]))
        tokenizer.no_truncation()
        for side in ["left", "right"]:
            tokenizer.enable_padding(direction=side, pad_id=pad_id)
            texts = [text for text, _ in TEXTS]
            batch = tokenizer.encode_batch(texts)
            write(batch=texts, side=side, encodings=[shown(encoding, [text]) for encoding, text in zip(batch, texts)])


if __name__ == "__main__":
    main()
