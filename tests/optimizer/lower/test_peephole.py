"""Peephole rules: each does what its case says, what each proposes is proved, and a wrong one never fires."""

from __future__ import annotations

import random

import pytest

from irmill.optimizer.lower.flow import instructions_of
from irmill.optimizer.lower.items import items_of
from irmill.optimizer.lower.peephole import RULES, PeepholeRule, peephole, peephole_rule
from irmill.optimizer.search.equivalence import blocks_agree
from irmill.optimizer.tasm.isa import BY_NAME, ArgumentKind
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.straight import Code, Op, cost_of, to_instruction, to_op

DEPTH = 24


def line(text: str) -> Code:
    return tuple(map(to_op, instructions_of(items_of(parse_tasm(text)))))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_does_what_its_case_says(rule: PeepholeRule) -> None:
    before, after = line(rule.before), line(rule.after)
    assert peephole(before, DEPTH, [rule]) == after
    assert blocks_agree(before, after, DEPTH, trials=40)
    assert rule.invariant.endswith(".")


ARGUMENTS = {
    ArgumentKind.NONE: (0,),
    ArgumentKind.FIELD: (0, 1, 2, 7),
    ArgumentKind.INDEX: (0, 1, 2, 3, 4, 5, 14, 15),
    ArgumentKind.COUNT: (1, 2, 3, 4, 5),
}


def proposals(rule: PeepholeRule, count: int, seed: int) -> list[tuple[Code, Code]]:
    """Lines of the instructions in the rule's text that its pattern matches, with what it puts there."""
    generator = random.Random(seed)
    words = rule.text.replace(";", " ").replace("|", " ").split()
    names = [name for name in BY_NAME if name in words]
    found: list[tuple[Code, Code]] = []
    for _ in range(count):
        chosen = [generator.choice(names) for _ in range(rule.matcher.length)]
        code = tuple(Op(name, generator.choice(ARGUMENTS[BY_NAME[name].argument])) for name in chosen)
        replacement = rule.matcher.find(code, 0)
        if replacement is not None:
            found.append((code, replacement))
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_whatever_a_rule_proposes_is_proved_runs_the_same_and_is_no_dearer(rule: PeepholeRule) -> None:
    found = list(dict.fromkeys(proposals(rule, 20_000, 3)))
    assert found
    for at, (code, replacement) in enumerate(found):
        assert rule.sound(code, replacement, 40), (code, replacement)
        assert cost_of(replacement).no_worse(cost_of(code))
        assert line(print_tasm(map(to_instruction, replacement))) == replacement
        if at < 12:
            assert blocks_agree(code, replacement, 40, trials=6, seed=at), (code, replacement)


def test_an_unsound_rule_never_fires() -> None:
    """Rules that drop an effect, a check or a depth check are proposed and refused."""
    wrong = {
        "drop_read": "read_io a ->",
        "drop_write": "write_io a ->",
        "drop_assert": "assert ->",
        "drop_inverse": "invert ->",
        "drop_split": "split; x ->",
        "lt_is_zero": "lt -> pop 2; push 0",
        "shallow": "pop 1; push 0 ->",
    }
    rules = [peephole_rule(name, text, "This is wrong.") for name, text in wrong.items()]
    code = line("read_io 2 lt assert push 3 invert split write_io 2 pop 1 push 0")
    assert peephole(code, 16, rules) == code
    for rule in rules:
        unchecked = peephole_rule(rule.name, rule.text, rule.invariant, sound=lambda *_: True)
        assert peephole(code, 16, [unchecked]) != code or rule.name == "lt_is_zero"


def test_names_are_unique_and_rules_are_tried_in_order() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    one, none = (peephole_rule("nops", f"nop; nop -> {text}", "Nothing happens.") for text in ("nop", ""))
    assert peephole(line("nop nop"), DEPTH, [one, none]) == line("nop")
    assert peephole(line("nop nop"), DEPTH, [none, one]) == ()


def test_a_rule_is_refused_where_the_new_line_would_underflow_and_the_old_one_not() -> None:
    code = line("push 5 swap 1 pop 1")
    assert peephole(code, 16) == code
    assert peephole(code, 17) == line("pop 1 push 5")
    behind_a_pop = line("pop 1 push 5 swap 1 pop 1")
    assert peephole(behind_a_pop, 17) == behind_a_pop
    assert peephole(behind_a_pop, 18) == line("pop 2 push 5")
