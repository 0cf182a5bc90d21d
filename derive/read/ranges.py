r"""Families that were declared without their range, x_i: "n", take it from the sum that runs over their index."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_SUM = re.compile(
    r"\\(?:sum|prod)\s*(?:\\limits|\\nolimits)?\s*_\s*\{?\s*([A-Za-z])\s*(?:=\s*(\w+)\s*\}\s*\^\s*(?:\{\s*(\w+)\s*\}|(\w)))?"
)
_INDEX = re.compile(r"(?:_\{?([A-Za-z])\}?|\^\{\(([A-Za-z])\)\})$")


def with_ranges(where: Mapping[str, Any] | None, texts: Sequence[str]) -> Mapping[str, Any] | None:
    """`where` with ", i=1..N" added to the declaration of x_i, where a text sums over i = 1..N."""
    if not where or not any(isinstance(t, str) and ("\\sum" in t or "\\prod" in t) for t in texts):
        return where
    ranges: dict[str, tuple[str, str]] = {}
    for text in texts:
        for index, low, braced, bare in _SUM.findall(text):
            if braced or bare:
                ranges.setdefault(index, (low, braced or bare))
    return {name: _completed(name, declaration, ranges) for name, declaration in where.items()}


def _completed(name: str, declaration: Any, ranges: Mapping[str, tuple[str, str]]) -> Any:
    found = _INDEX.search(name)
    index = (found[1] or found[2]) if found else ""
    if not isinstance(declaration, str) or index not in ranges or re.search(r",\s*\w+\s*(?:=|in\b)", declaration):
        return declaration
    low, high = ranges[index]
    return f"{declaration}, {index}={low}..{high}"
