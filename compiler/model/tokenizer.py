"""The embedded model's own tokenizer: byte-level BPE that keeps whole words, single digits and operation words.

Every word of the vocabulary is one token with its blank before it (``" apples"``); other text falls into pieces and,
at worst, bytes, so that any text survives encoding and decoding.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from irmill.compiler.english.quantities import MAX_SLOTS
from irmill.compiler.lang.ops import BUILTINS, Operation
from irmill.compiler.model.prompt import NONCES, RESULTS

PAD, EOS, EQUATION, STEP = "<pad>", "<eos>", "<eq>", "<op>"
SPECIAL = (PAD, EOS, EQUATION, STEP)
_SIGNS = (
    "+", "-", "*", "/", "//", "%", "^", "(", ")", "[", "]", ",", ";", ":", ".", "?", "!", "=", "<", ">", "<=", ">=",
    "==", "!=", "$", "#", "&", '"', "'", "n't", "'s", "'re", "'ve", "'ll", "'d", "'m", "is", "if", "then", "else",
    "and", "or", "not", "by", "while", "do", "true", "false", "i", "j",
)  # fmt: skip
_PIECES = 512
"""Tokens of the BPE below the words, the 256 bytes included."""
_PATTERN = r" ?[A-Z]\d+| ?n't| ?'[a-z]+| ?[A-Za-z_]+|\d| ?(?:<=|>=|==|!=|//)| ?[^\sA-Za-z_\d]|\s"


def required_words() -> list[str]:
    """The words that are single tokens whatever the corpus says: signs, operation words, slots, results, stand-ins."""
    words = [*_SIGNS, *(operation.value for operation in Operation)]
    words += [f"N{k}" for k in range(MAX_SLOTS)] + [f"R{k}" for k in range(RESULTS)] + [f"W{k}" for k in range(NONCES)]
    words += [name for name, row in BUILTINS.items() if row.operation]
    return list(dict.fromkeys(words))


def build_tokenizer(counts: Mapping[str, int], size: int) -> Tokenizer:
    """A tokenizer of ``size`` tokens: required words, then the most frequent words, over the pieces of a BPE.

    ``counts`` says how often each word occurs (words as the normal form has them).
    """
    splitter = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=_PIECES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = splitter
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    learner.train_from_iterator((f" {word}" for word, count in ordered[:8000] for _ in range(min(count, 50))), trainer)
    state = _model_state(learner)
    vocabulary = {token: index + len(SPECIAL) for token, index in state[0].items()}
    required = required_words()
    whole = [f"Ġ{word}" for word in required] + [operation.value for operation in Operation]
    whole += [f"Ġ{word}" for word, _ in ordered if word not in set(required)]
    for token in whole:
        if len(vocabulary) + len(SPECIAL) >= size:
            break
        vocabulary.setdefault(token, len(vocabulary) + len(SPECIAL))
    vocabulary |= {token: index for index, token in enumerate(SPECIAL)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=state[1], ignore_merges=True))
    tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return tokenizer


def _model_state(tokenizer: Tokenizer) -> tuple[dict[str, int], list[tuple[str, str]]]:
    model = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in model["merges"]]
    return model["vocab"], merges


def word_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """The id of every word that is one token (with its blank before it), by the word."""
    return {
        token[1:]: index for token, index in tokenizer.get_vocab().items() if token.startswith("Ġ") and len(token) > 1
    }


def count_words(texts: Iterable[Iterable[str]]) -> Counter[str]:
    """How often each word occurs, slots left out."""
    counts: Counter[str] = Counter()
    for words in texts:
        counts.update(word for word in words if not (word[0] == "N" and word[1:].isdigit()))
    return counts
