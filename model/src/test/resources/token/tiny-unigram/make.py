"""Makes the files beside this script: a small SentencePiece model with rules of its own, the tokenizer.json that Hugging Face's
DebertaV2Converter makes of it, and what the Rust library answers for it and for variants of it.

    pip install sentencepiece==0.2.2 tokenizers==0.23.2
    python make.py
"""

import base64
import io
import json
import random
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer

HERE = Path(__file__).parent

# What the normalization replaces: as in the published maps, one grapheme or one code point, by one, several or nothing.
RULES = {
    "\t": " ",
    "\n": " ",
    "\r": " ",
    "\r\n": " ",
    "\u00a0": " ",
    "\u3000": " ",
    "\u200b": " ",
    "\u2581": " ",
    "\u00ad": "",
    "\u0007": "",
    "\u200e": "",
    "\u2122": "TM",
    "\u00bd": "1\u20442",
    "\u2026": "...",
    "\ufb01": "fi",
    "\uff21": "A",
    "\uff45": "e",
    "\u3300": "\u30a2\u30d1\u30fc\u30c8",
    "e\u0301": "\u00e9",
    "o\u0308": "\u00f6",
    "\u1100\u1161": "\uac00",
}

TEXT = """the card has not arrived yet and the transfer is still pending
please change my address to the new one, I moved last week
how long does a transfer to another bank take? two days, sometimes three.
the machine kept my card; what should I do now?
I was charged twice for the same payment (and it's not the first time!)
caf\u00e9 cr\u00e8me br\u00fbl\u00e9e sch\u00f6n gr\u00f6\u00dfer \u00fcber stra\u00dfe
\u043f\u0435\u0440\u0435\u0432\u043e\u0434 \u0434\u0435\u043d\u0435\u0433 \u043d\u0435 \u043f\u0440\u0438\u0448\u0451\u043b, \u0433\u0434\u0435 \u043c\u043e\u044f \u043a\u0430\u0440\u0442\u0430
\u30ab\u30fc\u30c9\u304c\u307e\u3060\u5c4a\u304d\u307e\u305b\u3093 \u30a2\u30d1\u30fc\u30c8
The Card The Transfer Hello World 1 2 3 4 5 6 7 8 9 0 10 20 100"""

TEXTS = [
    "",
    " ",
    "\u200b",
    "the card",
    "  the   card  ",
    "The transfer is still pending, isn't it?",
    "\u200b hello \u200b",
    "\u00ad the",
    "\u00ad\u00adthe\u00ad card\u00ad",
    "a\u2122\u00adg\u2122",
    "\u2122\u0007\u0007x",
    "ca\ufb01 e\u0301 o\u0308x",
    "\uff45\u0301x \uff21\uff21",
    "e\u0301\u0302\u0303 e\u0301\u0301",
    "the\r\ncard\n\n\ttransfer\r",
    "\u3300x\u3300",
    "\u1100\u1161\u11a8 \u1100\u1161 \uac00\u11a8",
    "\u2581the\u2581\u2581card \u2581",
    "a\u3000b\u00a0c",
    "\u0000the\u0000",
    "\u0130stanbul \u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3 STRASSE \u1e9e",
    "\U0001d400\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea\U0001f1e9",
    "\u0915\u094d\u0937\u093f \u0e33 \u0600a",
    "<0x41><0x00> [UNK] [unk] [MASK] [CLS]x[SEP]",
    "the [MASK]card  [MASK]  pending",
    "aTOKb TOK tok  TOK,",
    "...,,!!?? 1\u00bd \u2026",
    "\u30ab\u30fc\u30c9\u304c\u307e\u3060\u5c4a\u304d\u307e\u305b\u3093",
    "caf\u00e9\u0301 \u00df\u0301",
    "x" * 40 + " " * 5 + "\u4e00" * 20,
]

ALPHABET = [
    "a", "b", "e", "t", "h", "the", " ", " ", "  ", "\u2581", "\n", "\r", "\r\n", "\u00ad", "\u200b", "\u0301", "\u0308", "e\u0301",
    "\u2122", "\ufb01", "\uff21", "\u3300", "\u00e9", "\u0436", "\u4e00", "\u30ab", "\U0001f600", "\u200d", "\U0001f469", "\u1100",
    "\u1161", "\u11a8", "\uac00", "\u0915", "\u094d", "[MASK]", "[UNK]", "TOK", "tok", ",", ".", "!", "1", "<0x41>", "\u0130", "A", "\u0007",
    "\u0600", "\u0000", "\u3000", "\U0001f1e9", "it's",
]


def train():
    rules = HERE / "rules.tsv"
    rules.write_text(
        "".join(
            " ".join(f"{ord(c):X}" for c in key) + "\t" + " ".join(f"{ord(c):X}" for c in value) + "\n"
            for key, value in RULES.items()
        )
    )
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT.split("\n") * 3),
        model_writer=model,
        model_type="unigram",
        vocab_size=512,
        hard_vocab_limit=False,
        byte_fallback=True,
        character_coverage=1.0,
        normalization_rule_tsv=str(rules),
        pad_id=0,
        bos_id=1,
        eos_id=2,
        unk_id=3,
        pad_piece="[PAD]",
        bos_piece="[CLS]",
        eos_piece="[SEP]",
        unk_piece="[UNK]",
        num_threads=1,
        minloglevel=2,
    )
    rules.unlink()
    (HERE / "spm.model").write_bytes(model.getvalue())
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return proto


def added(id, content, **flags):
    usual = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
    return dict(id=id, content=content, **{**usual, **flags})


def tokenizer_json(proto):
    mask = len(proto.pieces)
    charsmap = base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()
    cls, sep = ({"SpecialToken": {"id": t, "type_id": 0}} for t in ("[CLS]", "[SEP]"))
    metaspace = dict(type="Metaspace", replacement="\u2581", prepend_scheme="always", split=True)
    return dict(
        version="1.0",
        truncation=None,
        padding=None,
        added_tokens=[
            added(0, "[PAD]"),
            added(1, "[CLS]"),
            added(2, "[SEP]"),
            added(3, "[UNK]", normalized=True),
            added(mask, "[MASK]"),
        ],
        normalizer=dict(
            type="Sequence",
            normalizers=[
                dict(type="Strip", strip_left=True, strip_right=True),
                dict(type="Precompiled", precompiled_charsmap=charsmap),
                dict(type="Replace", pattern={"Regex": " {2,}"}, content=" "),
            ],
        ),
        pre_tokenizer=dict(type="Sequence", pretokenizers=[metaspace]),
        post_processor=dict(
            type="TemplateProcessing",
            single=[cls, {"Sequence": {"id": "A", "type_id": 0}}, sep],
            pair=[
                cls,
                {"Sequence": {"id": "A", "type_id": 0}},
                sep,
                {"Sequence": {"id": "B", "type_id": 1}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 1}},
            ],
            special_tokens={
                t: dict(id=t, ids=[i], tokens=[t]) for i, t in ((1, "[CLS]"), (2, "[SEP]"))
            },
        ),
        decoder=metaspace,
        model=dict(
            type="Unigram",
            unk_id=3,
            byte_fallback=False,
            vocab=[[piece.piece, piece.score] for piece in proto.pieces],
        ),
    )


def variants(base):
    """Names to what changes at the top level; in "model", keys are changed one by one."""
    steps = base["normalizer"]["normalizers"]
    strip, charsmap, collapse = steps
    metaspace = base["decoder"]
    sequence = lambda *all: dict(type="Sequence", normalizers=list(all))
    split = lambda *all: dict(type="Sequence", pretokenizers=list(all))
    token = added(len(base["model"]["vocab"]) + 1, "TOK", special=False)
    with_token = lambda **flags: dict(added_tokens=base["added_tokens"] + [{**token, **flags}])
    lower = sequence(dict(type="Lowercase"), *steps)
    cut = lambda behavior, **more: dict(
        pre_tokenizer=split(
            dict(type="Split", pattern={"Regex": "[,.!1]"}, behavior=behavior, **{"invert": False, **more}), metaspace
        )
    )
    return {
        "base": {},
        "byte fallback": dict(model=dict(byte_fallback=True)),
        "lower case": dict(normalizer=lower),
        "lower case last": dict(normalizer=sequence(*steps, dict(type="Lowercase"))),
        "no normalizer": dict(normalizer=None),
        "charsmap alone": dict(normalizer=charsmap),
        "strip left": dict(normalizer=dict(type="Strip", strip_left=True, strip_right=False)),
        "strip right": dict(normalizer=sequence(charsmap, dict(type="Strip", strip_left=False, strip_right=True))),
        "collapse all white space": dict(
            normalizer=sequence(charsmap, dict(type="Replace", pattern={"Regex": "\\s+"}, content=" "), charsmap)
        ),
        "replace text": dict(
            normalizer=sequence(
                dict(type="Replace", pattern={"String": "th"}, content="\u03b8\u03b8\u03b8"),
                strip,
                dict(type="Replace", pattern={"String": "e"}, content=""),
                collapse,
            )
        ),
        "punctuation": dict(pre_tokenizer=split(dict(type="Punctuation", behavior="Isolated"), metaspace)),
        "punctuation contiguous": dict(
            pre_tokenizer=split(dict(type="Punctuation", behavior="Contiguous"), metaspace)
        ),
        "prepend first": dict(pre_tokenizer={**metaspace, "prepend_scheme": "first"}),
        "prepend never": dict(pre_tokenizer={**metaspace, "prepend_scheme": "never"}),
        "one word": dict(pre_tokenizer={**metaspace, "split": False}),
        "no pre-tokenizer": dict(pre_tokenizer=None),
        "white space removed": dict(pre_tokenizer=split(dict(type="WhitespaceSplit"), metaspace)),
        "split removed": cut("Removed"),
        "split merged with previous": cut("MergedWithPrevious"),
        "split merged with next": cut("MergedWithNext"),
        "split isolated inverted": cut("Isolated", invert=True),
        "split contiguous inverted": cut("Contiguous", invert=True),
        "token": with_token(),
        "token single": with_token(single_word=True, lstrip=True),
        "token normalized": dict(normalizer=lower, **with_token(normalized=True, rstrip=True)),
        "decoder steps": dict(
            decoder=dict(
                type="Sequence",
                decoders=[
                    dict(type="Replace", pattern={"String": "\u2581"}, content=" "),
                    dict(type="ByteFallback"),
                    dict(type="Fuse"),
                    dict(type="Strip", content=" ", start=1, stop=0),
                ],
            ),
            model=dict(byte_fallback=True),
        ),
        "no decoder": dict(decoder=None),
    }


def changed(base, change):
    result = {**base, **change}
    if "model" in change:
        result["model"] = {**base["model"], **change["model"]}
    return result


def answers(tokenizer, texts):
    # Since 0.23 a token that the normalizer changes, [UNK] in lower case, is decoded as [unk]; up to 0.22 as it is spelled.
    decodes_unknown_as_spelled = tokenizer.decode([3], skip_special_tokens=False) == "[UNK]"
    for text in texts:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        answer = dict(
            text=text,
            ids=encoding.ids,
            offsets=[at for span in encoding.offsets for at in span],
            words=encoding.word_ids,
        )
        if decodes_unknown_as_spelled:
            answer["decoded"] = tokenizer.decode(encoding.ids, skip_special_tokens=False)
        yield answer


def main():
    proto = train()
    base = tokenizer_json(proto)
    write = lambda name, value: (HERE / name).write_text(json.dumps(value, ensure_ascii=True, indent=0) + "\n")
    write("tokenizer.json", base)
    random.seed(3)
    lines = []
    for name, change in variants(base).items():
        tokenizer = Tokenizer.from_str(json.dumps(changed(base, change)))
        fuzz = ["".join(random.choices(ALPHABET, k=random.randrange(1, 16))) for _ in range(20)]
        # The charsmap itself is in tokenizer.json already.
        short = json.dumps(change).replace(base["normalizer"]["normalizers"][1]["precompiled_charsmap"], "CHARSMAP")
        lines.append(json.dumps(dict(variant=name, change=json.loads(short))))
        lines.extend(json.dumps(answer) for answer in answers(tokenizer, TEXTS + fuzz))
    (HERE / "reference.jsonl").write_text("\n".join(lines) + "\n")


main()
