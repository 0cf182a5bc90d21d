r"""Equations where one expression is wanted: `f(x) = x^T A x` names a function, `2Ax = Ax + A^Tx` claims two things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from .parser import prepare
from .scope import Declaration, Scope, closing, make_scope
from .tokens import Token


def without_names(lines: Sequence[list[Token]], scope: Scope) -> list[list[Token]]:
    """Each formula without the name that it gives itself, where that name stands nowhere else."""
    found = []
    for k, line in enumerate(lines):
        end = _heading(line, scope)
        others = [line[end:], *lines[:k], *lines[k + 1 :]]
        used = end and any(t.text == line[0].text for other in others for t in other)
        found.append(line if used else line[end:])
    return found


def _heading(line: Sequence[Token], scope: Scope) -> int:
    r"""How many tokens `f(x) =`, `J =` or `\mathcal{L}(w, b) =` has; 0 where the line does not begin so."""
    if len(line) < 3 or line[0].kind not in ("symbol", "word") or line[0].mark == "function":
        return 0
    if scope.find(line[0].text) is not None or scope.is_symbol(line[0].text):
        return 0
    k = 1
    while k + 1 < len(line) and line[k].kind in ("sub", "sup", "prime"):
        k = k + 1 if line[k].kind == "prime" else closing(line, k + 1) + 1
    if k < len(line) and line[k].text in ("(", "[") and line[k].kind == "open":
        depth = 0
        for j in range(k, len(line)):
            depth += (line[j].kind == "open") - (line[j].kind == "close")
            if depth == 0:
                k = j + 1
                break
    return k + 1 if k + 1 < len(line) and _is_equals(line[k]) else 0


def _is_equals(token: Token) -> bool:
    return token.kind == "op" and token.text == "="


def links(text: str, where: Mapping[str, Declaration] | None = None) -> list[str]:
    """The sides of a chain A = B = C, each with blanks before it, so that places stay true.

    >>> links("2Ax = (A + A^T)x")
    ['2Ax ', '      (A + A^T)x']
    """
    scope = make_scope(where)
    line = prepare(text, scope)
    depth, cuts = 0, [0]
    for token in line[_heading(line, scope) :]:
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        if depth == 0 and _is_equals(token):
            cuts += [token.start, token.end]
    cuts.append(len(text))
    return [" " * a + text[a:b] for a, b in list(pairwise(cuts))[::2]]
