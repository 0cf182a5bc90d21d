"""Why a claim that fails is no mistake: it gives a name, sets a condition, or speaks of what the text does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..nodes import BINDERS, walk
from .claims import Claim
from .context import Context, key_of, keys_in, plain
from .derivatives import derivatives
from .derived import derivative_of, symbols_of
from .names import name_of, name_spans
from .question import Question
from .reading import Expressions

_CONSTANTS = frozenset(["I", "e", "i"])


def is_naming(question: Question, context: Context) -> bool:
    """Is the claim one letter of which nothing is known, and which the function does not have?"""
    key = key_of(question.claim)
    shared = keys_in(question.claim) & keys_in(question.function)
    if not name_of(question.claim) or r"\check" in key or plain(key) in _CONSTANTS or shared:
        return False
    place = question.place
    return not context.declared(key, place) and context.definition(key, place) is None


def strangers(read: Expressions) -> list[str]:
    """Names in the claim that the function does not have, so that only an unwritten definition can link the two."""
    if read.claim is None:
        return []
    known = {n.name for node in (read.function, read.wrt, *read.parts, *read.point) for n in symbols_of(node)}
    moved = {d.name for d in (*read.differentials.values(), *read.directions) if d.op == "symbol"}
    bound = {n.name for n in walk(read.claim) if n.op in BINDERS}
    names = {n.name for n in symbols_of(read.claim)} - known - moved - bound
    return sorted(name for name in names if r"\check" not in name)


def is_equation(claim: Claim) -> bool:
    r"""`\frac{dN}{dt} = -\lambda N` about an unknown N, `\nabla \cdot E = \rho`, `dW = \delta x` with none."""
    derivative = claim.derivative
    if derivative.kind == "nabla" and derivative.function[:1] and derivative.function[0].text in (r"\cdot", r"\times"):
        return True
    if derivative.kind == "differential":
        return name_of(derivative.function) is not None
    if derivative.kind != "quotient" or not name_of(derivative.function):
        return False
    names = {key_of(claim.side[i:j]) for i, j in name_spans(claim.side)}
    return [key_of(w) for w in derivative.wrt] == ["t"] and key_of(derivative.function) in names


def is_chain_rule(claim: Claim) -> bool:
    """Nothing but derivatives stands on the right: dL/dX = dZ/dX dL/dZ."""
    found = derivatives(claim.side)
    covered = sum(one.end - one.start for one in found)
    return len(found) > 1 and covered >= len([tok for tok in claim.side if tok.text not in (r"\cdot", r"\,", "+")])


def is_value(read: Expressions, entries: Sequence[Any]) -> bool:
    """A claim without any name, about a derivative that is not constant."""
    if read.claim is None or symbols_of(read.claim) or any(keys_in(entry) for entry in entries) or read.point:
        return False
    variables = read.parts or (read.wrt,)
    return read.function.is_scalar and any(symbols_of(derivative_of(read.function, x)) for x in variables)


def mixes_sizes(message: str) -> bool:
    """Does a letter meet a number: (3, C) and (2, 1)? Texts say somewhere that C = 2."""
    sizes = [size.strip() for pair in re.findall(r"\(([^(),]+, [^(),]+)\)", message) for size in pair.split(",")]
    return any(s.isdigit() and s != "1" for s in sizes) and any(s[0].isalpha() for s in sizes)


def has_open_sizes(read: Expressions) -> bool:
    """Does the claim write out a matrix of numbers of rows and columns, while the sizes of the function are letters?"""
    if read.claim is None or not any(n.op == "explicit" for n in walk(read.claim)):
        return False
    return any(not isinstance(d, int) for n in walk(read.function) for d in n.shape)
