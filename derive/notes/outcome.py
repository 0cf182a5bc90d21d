"""What came of one claim: its verdict, the diagnosis in the words of the text, and how the claim was understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..errors import DeriveError, ReadError
from ..nodes import Node
from ..nonconforming import Written
from .question import Question
from .reading import Expressions
from .report import Status
from .tex import text_of

RANK = {"correct": 0, "wrong": 1, "inconclusive": 2, "skipped": 3}
INTERNAL = "internal error"


class Diagnosis(Protocol):
    kind: str
    message: str
    repaired: Any


class Verdict(Protocol):
    """What `verify` returns, as far as it is used here."""

    status: str
    layout: str
    conditions: Any
    diagnosis: Diagnosis | None


Verify = Callable[[Node, Node, Node], Verdict]
Fails = Callable[[Node, Node, Node], bool]
Posed = tuple[Node, Node, Node]  # function, variable, claim


@dataclass(frozen=True)
class Outcome:
    """The verdict on a claim; `question` and `read` are how it was understood."""

    status: Status
    reason: str = ""
    verdict: Verdict | None = None
    kind: str = ""
    message: str = ""
    repaired: str = ""
    question: Question | None = None
    read: Expressions | None = None
    assumptions: tuple[str, ...] = ()
    condition: bool = False  # `gradient = 0`: an equation to be solved
    posed: Posed | None = None  # what is wrong here and has no diagnosis yet
    misshapen: Written | None = None  # likewise, of a claim whose shapes do not fit

    @property
    def settled(self) -> bool:
        """Was the claim read, so that the outcome is more than a failure to read?"""
        return self.status in ("correct", "wrong") or (self.read is not None and self.read.claim is not None)

    @property
    def layout(self) -> str:
        return (self.verdict.layout or "") if self.verdict is not None else ""

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(map(str, self.verdict.conditions or ())) if self.verdict is not None else ()

    @property
    def reading(self) -> str:
        """The function and the variable, as they were understood."""
        if self.question is None or self.read is None:
            return ""
        by = text_of(self.question.wrt) + ("_{" + ",".join(self.question.entry) + "}" if self.question.entry else "")
        if self.question.parts:
            by = ", ".join(text_of(p).strip() for p in self.question.parts)
        return f"d/d({by}) of {_with_unknown(str(self.read.function), self.question.generics)}"


def latex_of(repaired: object) -> str:
    from sympy import latex

    return repaired if isinstance(repaired, str) else "" if repaired is None else latex(repaired)


def unread(error: DeriveError | None) -> Outcome:
    reason = error.message if isinstance(error, ReadError) else str(error)
    return Outcome("skipped", reason.splitlines()[0])


def of_both(distinct: Outcome, alike: Outcome, letters: Sequence[str]) -> Outcome:
    """The outcome for two different indices and for two equal ones; texts often mean one of the two."""
    if distinct.status == alike.status or {"correct"} != {distinct.status, alike.status} - {"wrong"}:
        return distinct
    right, sign = (distinct, "\\neq") if distinct.status == "correct" else (alike, "=")
    claim = text_of(distinct.question.claim) if distinct.question else ""
    if r"\delta" in claim or "mathbb" in claim:
        return alike if right is distinct else distinct
    case = f"{letters[0]} {sign} {letters[1]}"
    if right is distinct:  # two letters are usually two indices
        return replace(right, assumptions=(*right.assumptions, case))
    return replace(right, status="inconclusive", reason=f"right only for {case}, which the claim does not say")


def in_words_of_the_text(outcome: Outcome) -> Outcome:
    """With dL/dZ in place of the names that stand for it."""
    if outcome.question is None:
        return outcome
    message, repaired = outcome.message, outcome.repaired
    for name, written in outcome.question.written:
        number = re.findall(r"\d+", name)[-1]
        stand_in = re.compile(
            rf"(?:\\mathbf\{{\\check\{{G\}}\}}|\\check\{{G\}}|checkG)_(?:\{{{number}\}}|{number}(?!\d))"
        )
        top, bottom = re.findall(r"\\partial ([^}]+)\}", written)
        message = stand_in.sub(lambda _, words=f"d{top}/d{bottom}": words, message)  # type: ignore[misc]
        repaired = stand_in.sub(lambda _, words=written: words, repaired)  # type: ignore[misc]
    said = tuple(a for a in outcome.assumptions if r"\check" not in a)
    generics = outcome.question.generics
    if generics and outcome.status == "wrong":
        if not _shows_unknown(outcome.question):
            heads = " and ".join(head for head, _ in generics)
            message, repaired = f"the claim disagrees with the derivative for any {heads}", ""
        message, repaired = (_with_unknown(text, generics, primes=True) for text in (message, repaired))
    return replace(outcome, message=message, repaired=repaired, assumptions=said)


def _shows_unknown(question: Question) -> bool:
    """Is the stand-in of an unknown function, with its derivative, to be told from all that the text itself writes?"""
    text = " ".join(map(text_of, question.texts))
    return len(question.generics) == 1 and question.order == 1 and not re.search(r"sigma|sigmoid|\\exp|e\^", text)


def _with_unknown(text: str, generics: Sequence[tuple[str, str]], primes: bool = False) -> str:
    r"""With \phi for softplus, as which an unknown \phi was read, and \phi' for the derivative of softplus."""
    names: dict[str, str] = {}
    for head, known in generics:
        plain = known.removeprefix(r"\operatorname{").removesuffix("}")
        names |= {known: head, plain: head.strip("\\")}
        names |= {r"\sigma": head + "'", "sigmoid": head.strip("\\") + "'"} if primes else {}
    written = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?=\s*(?:\\left)?\()")
    return written.sub(lambda match: names[match[1]], text) if names else text
