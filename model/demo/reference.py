"""Writes what Hugging Face pipelines answer with the shipped demo models, for the Java tests to compare with.

    python model/demo/reference.py

Reads the model directories beside it, writes model/src/test/resources/demo/*-reference.json.
The weights are read as F16 and computed with in F32. All texts were written for this project.
"""

from pathlib import Path

import torch
from transformers import DebertaForSequenceClassification, DebertaForTokenClassification, pipeline

import common

MODULE = Path(__file__).resolve().parent.parent
SHIPPED = MODULE / "demo"
REFERENCES = MODULE / "src/test/resources/demo"

TEXTS = [
    "",
    " ",
    "\n",
    "?",
    "ok",
    "😡😡😡",
    "My card has not arrived yet.",
    "my card has not arrived yet",
    "MY CARD HAS NOT ARRIVED YET!!!",
    "I was charged twice for the same coffee ☕ this morning.",
    "Hi, my name is Jane Smith and my card 4111 1111 1111 1111 was charged twice, call me on +1 202 555 0147",
    "  Leading and trailing spaces, signed Omar Haddad  ",
    "Tabs\tand\nnew\r\nlines\n\n\nPeter Novák\n12 Mill Lane\nLeeds",
    "Please send the new PIN to Zoë Müller, Hauptstraße 12, 10115 Berlin.",
    "José Álvarez from São Paulo wrote to jose.alvarez@example.com on 2024-03-05.",
    "Decomposed: Jose\u0301 Nu\u0301n\u0303ez and composed: José Núñez",
    "👩\u200d💻 Priya Nair 🇮🇳 lost her card in Mumbai 😭, can you block 5555 5555 5555 4444?",
    "𝓜𝓪𝓽𝓱 letters 𝔸𝔹ℂ and Jane Doe after them",
    "お名前は田中由紀です。カードが届きません。",
    "Мой перевод на имя Ольга Иванова не пришёл",
    "اسمي ليلى حسن وبطاقتي لا تعمل",
    "Η κάρτα μου χάθηκε στην Αθήνα",
    "IBAN GB82WEST12345698765432 belongs to Karim Nasser.",
    "The IBAN is DE89 3704 0044 0532 0130 00, account holder Greta Weber",
    "login failed for kate.reed@example.org from 203.0.113.42 at 2025-11-02 09:14:33",
    '{"user": "l.conti@example.net", "ip": "2001:0db8:85a3:0000:0000:8a2e:0370:7334"}',
    "Visit https://www.SilverHarbor.example/ or write to Dr. Amina Mensah at Nova Labs Ltd.",
    "My SSN is 078-05-1120 and I was born on 4/17/1986.",
    "Thanks,\nLars Nyström\nAccount manager\nBlue Summit Group\n+46 (0)8 555 01 99",
    "I'm 34 and my mother's 71; she's Polish, I'm French.",
    "Why is the exchange rate wrong for my withdrawal in Lisbon?",
    "Can I top up with Apple Pay? It's failing & I don't know why...",
    "How do I change my PIN? I've forgotten the passcode, too.",
    "Someone stole my phone in Nairobi on Saturday, please freeze everything.",
    "What is the fee for a transfer to Norway, and how long will it take?",
    "I never received the refund from Beacon Foods although they sent it on 14 March.",
    "https://example.com/a?b=c&d=%20e#f",
    "a" * 300,
    "supercalifragilisticexpialidocious-antidisestablishmentarianism",
    "Zero\u200bwidth, soft\u00adhyphen, nbsp\u00a0here, [MASK] and [SEP] in the text",
    "My transfer is still pending. " * 12,
    "My name is Walter Brooks and I live at 7 Orchard Lane, York. " * 20,
    "1234567890 " * 40,
    "😀 Jane Smith " * 60,
]


def utf16(text, position):
    """Java counts UTF-16 code units where Python counts code points."""
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2


def write(name, task, settings, cases):
    about = {
        "about": "Answers of the Hugging Face pipeline with the demo model; start and end count UTF-16 code units.",
        "model": name,
        "pipeline": task,
        "settings": settings,
        "cases": cases,
    }
    common.write_json(REFERENCES / f"{name}-reference.json", about)


def intents():
    directory = SHIPPED / "intents"
    tokenizer = common.load_tokenizer(directory)
    model = common.load_model(DebertaForSequenceClassification, directory)
    classify = pipeline("text-classification", model=model, tokenizer=tokenizer)
    settings = {"top_k": 3, "truncation": True, "max_length": tokenizer.model_max_length}
    cases = [{"text": text, "labels": classify([text], **settings)[0]} for text in TEXTS]
    write("intents", "text-classification", settings, cases)


def pii():
    directory = SHIPPED / "pii"
    tokenizer = common.load_tokenizer(directory)
    model = common.load_model(DebertaForTokenClassification, directory)
    settings = {"aggregation_strategy": "simple"}
    tag = pipeline("token-classification", model=model, tokenizer=tokenizer, **settings)
    cases = []
    for text in TEXTS:
        entities = [
            {
                **entity,
                "score": float(entity["score"]),
                "start": utf16(text, entity["start"]),
                "end": utf16(text, entity["end"]),
            }
            for entity in tag(text)
        ]
        cases.append({"text": text, "entities": entities})
    settings |= {"truncation": True, "max_length": tokenizer.model_max_length}
    write("pii", "token-classification", settings, cases)


if __name__ == "__main__":
    torch.set_num_threads(1)
    intents()
    pii()
