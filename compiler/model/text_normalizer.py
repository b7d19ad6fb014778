"""The normalizer on any causal language model: by its chat template and shots, or by adapters trained on the prompt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from irmill.compiler.english.quantities import normal_form
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.load import TextModel
from irmill.compiler.model.normalized import LONGEST_TEXT, Normalized, abstain, checked, invents

PROMPT = "Rewrite as equation: {}\nEquation: "
"""What an adapted model continues."""
SYSTEM = (
    "You turn questions about numbers into equations. Answer with the equation alone: numbers of the question, "
    "+ - * / ( ), ending with =. For comparisons use < <= > >= == != and end with is."
)
SHOTS = (
    ("What is 5 times 3?", "5 * 3 = "),
    ("A farmer had 20 eggs and sold 7 of them.", "20 - 7 = "),
    ("Take 4 from 31.", "31 - 4 = "),
    ("There are 6 shelves with 9 jars on each. How many jars are there?", "6 * 9 = "),
    ("Share 45 nuts among 5 squirrels. How many does each get?", "45 / 5 = "),
    ("Nine plus 6, and then twice that?", "(9 + 6) * 2 = "),
    ("Is 3 bigger than 8?", "3 > 8 is "),
    ("What are the numbers from 3 to 8 in sum?", "sum(i, 3, 8) = "),
)
"""Worked examples: none is a sentence that results are reported on."""


def chat_prompt(tokenizer: Any, question: str) -> str:
    """The prompt of a question with the shots, by the model's chat template, else as plain lines."""
    turns = [{"role": "system", "content": SYSTEM}]
    for asked, answer in SHOTS:
        turns += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    turns.append({"role": "user", "content": question})
    if not getattr(tokenizer, "chat_template", None):
        shots = "".join(f"Question: {asked}\nEquation: {answer}\n\n" for asked, answer in SHOTS)
        return f"{SYSTEM}\n\n{shots}Question: {question}\nEquation:"
    try:
        return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))
    except Exception as error:  # templates raise jinja2's errors, e.g. where they know no system turn
        if "role" not in str(error).lower() and "system" not in str(error).lower():
            raise
        turns = [{"role": "user", "content": f"{SYSTEM}\n\n{SHOTS[0][0]}"}, *turns[2:]]
        return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))


def first_equation(text: str) -> str:
    """The first line of a continuation, cut after its suffix."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    for sign in (" = ", " is "):
        head, found, _ = f"{line} ".partition(sign)
        if found:
            return head + sign
    return line


class TextNormalizer:
    """Greedy continuation of a prompt, batched, with the model's own end of text."""

    def __init__(self, model: TextModel, config: NormalizerConfig, *, shots: bool) -> None:
        self.model = model
        self.config = config
        self.shots = shots

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        """One answer a question, in order, ``batch_size`` at a time."""
        answers: list[Normalized] = []
        for start in range(0, len(questions), self.config.batch_size):
            answers += self._batch(questions[start : start + self.config.batch_size])
        return answers

    def _batch(self, questions: Sequence[str]) -> list[Normalized]:
        live = [place for place, question in enumerate(questions) if len(question) <= LONGEST_TEXT]
        answers = [abstain(f"the text is longer than {LONGEST_TEXT} characters") for _ in questions]
        if live:
            texts = self._continue([questions[place] for place in live])
            for place, (text, confidence) in zip(live, texts, strict=True):
                answers[place] = self._answer(questions[place], text, confidence)
        return answers

    @torch.inference_mode()
    def _continue(self, questions: Sequence[str]) -> list[tuple[str, float]]:
        tokenizer, net = self.model.tokenizer, self.model.net
        prompts = [chat_prompt(tokenizer, q) if self.shots else PROMPT.format(q) for q in questions]
        templated = self.shots and bool(getattr(tokenizer, "chat_template", None))
        batch = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=not templated)
        batch = {name: tensor.to(net.device) for name, tensor in batch.items() if name != "token_type_ids"}
        output = net.generate(
            **batch,
            max_new_tokens=self.config.max_new_tokens,
            do_sample=False,
            num_beams=1,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
            output_scores=True,
            return_dict_in_generate=True,
        )
        new = output.sequences[:, batch["input_ids"].shape[1] :]
        chances = [torch.log_softmax(scores.float(), -1) for scores in output.scores]
        found: list[tuple[str, float]] = []
        for row, tokens in enumerate(new.tolist()):
            total = 0.0
            kept: list[int] = []
            for place, token in enumerate(tokens):
                total += float(chances[place][row, token])
                if token == tokenizer.eos_token_id:
                    break
                kept.append(token)
                if "\n" in tokenizer.decode(kept, skip_special_tokens=True).lstrip():
                    break
            found.append((tokenizer.decode(kept, skip_special_tokens=True), math.exp(total)))
        return found

    def _answer(self, question: str, text: str, confidence: float) -> Normalized:
        equation = first_equation(text)
        typed = checked(equation)
        if typed is None:
            return abstain(f"the model wrote {equation[:80]!r}, which is no program", confidence)
        if invents(typed.program, normal_form(question).quantities):
            return abstain(f"the model wrote {equation[:80]!r}, with a number that the text does not have", confidence)
        return Normalized(typed, "", confidence, False, "")
