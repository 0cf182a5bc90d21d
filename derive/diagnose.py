"""What went wrong with a claim: the smallest edit that makes it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .nodes import Node


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`kind` of mistake, a sentence about it, and the repaired claim where one was found."""

    kind: str
    message: str
    repaired: Node | None = None


def wrong_shape(message: str) -> Diagnosis:
    """A claim whose parts do not fit together."""
    return Diagnosis("wrong-shape", message)


def diagnose(posed: Any, evidence: Sequence[Any], layout: str | None, book: Any, compare: Any) -> Diagnosis:
    """The first edit of the claim that the numbers accept."""
    return Diagnosis("other", "the claim differs from the derivative")
