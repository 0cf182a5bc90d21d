r"""Asides of an equation: `, A \in \mathbb{R}^{m \times n}`, `(A = A^T)`, `A \text{ symmetric}`, `x \neq 0`.

They declare, and are blanked out, so that places in the text stay true. What has another form stays for the parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .scope import name_parts

_NAME = r"(?:\\[A-Za-z]+\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z])(?:_(?:\{\w+\}|\w))?"
_WORD = r"(?:\\(?:text|textrm|mathrm|mbox)\s*\{\s*)"
_LINK = r"(?:where|with|for|if|when|and|let|given|all)"
_BEFORE = rf"(?P<before>(?:(?:^|,|;|\\qquad|\\quad|\\[,;:!]|\(|{_WORD}?{_LINK}\b(?:\s*\}})?)\s*){{1,5}})"
_AFTER = rf"\s*\)?\s*(?=$|[,;.]|\\q?quad|{_WORD}|{_LINK}\s)"
_PROPERTY = (
    "(?P<property>symmetric|skew|diagonal|orthogonal|invertible|positive definite|lower triangular|upper triangular)"
)
_SET = re.compile(
    rf"{_BEFORE}(?P<names>{_NAME}(?:\s*,\s*{_NAME})*)\s*(?:\\in|∈)\s*(?:\\mathbb\s*\{{?\s*R\s*\}}?|\\R\b|ℝ)"
    rf"\s*(?:\^\s*(?:\{{(?P<size>[^{{}}]*)\}}|(?P<letter>\w)))?{_AFTER}"
)
_FACTS = [
    re.compile(rf"{_BEFORE}\$?(?P<names>{_NAME})\$?\s*{_WORD}?\s*(?:is\s+)?(?:a\s+)?{_PROPERTY}\s*\}}?{_AFTER}"),
    re.compile(rf"{_BEFORE}(?:a\s+)?{_PROPERTY}\s*\}}?\s*\$?(?P<names>{_NAME})\$?\s*\}}?{_AFTER}"),
]
_NONZERO = re.compile(rf"{_BEFORE}{_NAME}\s*(?:\\neq?|≠)\s*0{_AFTER}")
_BRACKETED = re.compile(
    rf"(?P<before>,|\\q?quad|{_WORD}[^{{}}]*\}})\s*\((?P<inner>\s*{_NAME}(?:\^\S+)?\s*=\s*{_NAME}(?:\^\S+?)?\s*)\)"
)

_LONGEST = 2_000  # characters; longer texts are documents, not equations
Facts = dict[str, frozenset[str]]


def without_asides(text: str, where: Mapping[str, Any] | None) -> tuple[str, Mapping[str, Any] | None, Facts]:
    """The text without its asides, the declarations with theirs, and properties of names that are not declared."""
    declared, facts = dict(where or {}), Facts()
    if len(text) > _LONGEST:
        return text, where, facts
    text = _BRACKETED.sub(lambda m: _brackets_off(m, text), text)
    for _ in range(8):
        found = _SET.search(text) or next((m for p in _FACTS if (m := p.search(text))), None) or _NONZERO.search(text)
        if found is None or not text[: found.start()].strip() + text[found.end() :].strip():
            break
        _declare(found, declared, facts)
        text = text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
    return text, declared if declared or where is not None else where, facts


def _brackets_off(m: re.Match[str], text: str) -> str:
    """, (A = A^T) as , A = A^T."""
    whole = m.group()
    at = m.start("inner") - m.start() - 1
    return whole[:at].replace("\\quad", ",    ", 1)[:at] + " " + m["inner"] + " "


def _declare(found: re.Match[str], declared: dict[str, Any], facts: Facts) -> None:
    groups = found.groupdict()
    names = [name_parts(n.strip()).canonical for n in re.findall(_NAME, groups.get("names") or "")]
    known = {name_parts(key).canonical: key for key in declared}
    for name in names:
        key = known.get(name)
        if "property" not in groups:
            if key is None:
                declared[name] = _shape(groups["size"] or groups["letter"])
        elif key is None:
            facts[name] = facts.get(name, frozenset()) | {groups["property"]}
        elif isinstance(declared[key], str):
            declared[key] += " " + groups["property"]


def _shape(size: str | None) -> str:
    r"""m \times n as m x n; nothing as a scalar."""
    return "scalar" if size is None else re.sub(r"\\times|×", " x ", size).strip()
