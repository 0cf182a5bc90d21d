"""How everything here is timed, and how a figure is printed beside its bound."""

from __future__ import annotations

import gc
import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_serial = itertools.count(1)


def fresh(name: str) -> str:
    """A name never used before, so that no cache of answers helps."""
    return f"{name}_{next(_serial)}"


def seconds(make: Callable[[], Any], run: Callable[[Any], Any], repeat: int = 5) -> float:
    """The shortest processor time of `run` over fresh inputs of `make`, whose time is not counted."""
    shortest = math.inf
    gc.disable()
    for _ in range(repeat):
        given = make()
        start = time.process_time()
        run(given)
        shortest = min(shortest, time.process_time() - start)
    gc.enable()
    return shortest


@dataclass(frozen=True)
class Figure:
    """One measured number, the bound it is held to (None: only shown), and whether it must stay above or below."""

    name: str
    value: float
    bound: float | None = None
    at_least: bool = False
    detail: str = ""

    @property
    def holds(self) -> bool:
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        sign = "" if self.bound is None else f"  ({'>=' if self.at_least else '<='} {self.bound:g})"
        verdict = "" if self.bound is None else "  ok" if self.holds else "  MISSED"
        return f"{self.name:<64}{self.value:>10.3g}{sign:<12}{verdict:<9}{self.detail}"
