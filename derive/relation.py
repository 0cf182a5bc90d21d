"""Claims that are no derivatives: identities, which hold for all values, and expansions, which hold up to a degree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import factorial

import numpy as np

from . import algebra as al
from .arrays import Array
from .circle import on_circle
from .claim import ON_CIRCLE, Problem, instances
from .counting import counted
from .derivation import Derivation
from .errors import BadInput
from .leaves import zeros_like
from .multilinear import OF_DIRECTIONS
from .nodes import MINUS_ONE, ONE, SCALAR, ZERO, Node, const, depends, placeholder, walk
from .random_variables import distributed, sample_moments
from .rebuilding import substitute

_NOTHING = 1e-13  # a coefficient this small beside the largest is none
MAX_DEGREE = 8  # a claim without a remainder is a polynomial of lower degree, or a function like any other


def identity(f: Node, claim: Node, assumptions: tuple[str, ...]) -> Problem:
    """f = claim for all values of what stands in them."""
    (f, claim), counts = counted(f, claim)
    symbols = [n for n in walk(f, claim) if n.op in ("symbol", "item")]
    return Problem(f, symbols[0] if symbols else placeholder("t", SCALAR), claim, "identity", (*assumptions, *counts))


def over_sample(posed: Problem) -> tuple[Problem, str]:
    """The problem with the moments of E[f(x)] as those of the sample over which the numbers average: E[x] for mu; and
    what a sample leaves open, that its values differ says nothing where x is Gaussian."""
    random = distributed(posed.f, posed.claim)
    if not random:
        return posed, ""
    found, closed = sample_moments(random, walk(posed.f, posed.claim))
    x = random[0]
    why = f"E[...] of {x} is an average over a sample, in which not all holds that is declared of {x}"
    doubt = "" if closed else why
    if not found:
        return posed, doubt
    if posed.form == "identity":
        return identity(substitute(posed.f, found), substitute(posed.claim, found), posed.assumptions), doubt
    return posed.replaced(found), doubt


def expansion(
    f: Node,
    claim: Node,
    small: Sequence[Node],
    degree: int | None,
    assumptions: tuple[str, ...],
    around: Sequence[tuple[Node, Node]] = (),
    together: Sequence[Node] = (),
) -> Problem:
    """f = claim up to `degree` in what is small and makes the claim a polynomial; None: up to the claim's own degree.

    What is small: x - a for (x, a) in `around`, one of `small`, or all of `together` at once. The claim is right
    when it is so in one of these readings. Errors: BadInput where nothing is small, or the claim no polynomial in it.
    """
    (f, claim), counts = counted(f, claim)
    readings = []
    for x, a in around:
        h = placeholder("h", x.shape, x.properties & OF_DIRECTIONS)
        readings.append(_moved(f, claim, h, {x: al.add([a, h])}, {h: al.add([x, al.scale(MINUS_ONE, a)])}))
    readings += [_moved(f, claim, x, {}, {}) for x in small]
    if len(together) > 1:
        t = placeholder("t", SCALAR)
        readings.append(_moved(f, claim, t, {x: al.scale(t, x) for x in together}, {t: ONE}))
    found = [
        p for p in (_up_to(replace(r, assumptions=(*assumptions, *counts)), degree) for r in readings) if p is not None
    ]
    if not found:
        names = ", ".join(map(str, small)) or "no name"
        raise BadInput(f"an expansion wants a polynomial in what is small, such as h of f(x + h); found {names}")
    return replace(found[0], alternatives=tuple(found[1:]))


def _moved(f: Node, claim: Node, h: Node, moves: dict[Node, Node], back: dict[Node, Node]) -> Problem:
    restore = partial(substitute, replacements=back)
    return Problem(substitute(f, moves), h, substitute(claim, moves), "expansion", restore=restore)


def _up_to(posed: Problem, degree: int | None) -> Problem | None:
    """The problem with its degree; None where nothing in f is small, or the claim is no polynomial in it."""
    found = _degree(posed) if degree is None else degree
    return replace(posed, degree=found) if found is not None and depends(posed.f, [posed.x]) else None


def _gaps(posed: Problem) -> Array | None:
    """How far the two sides are apart in each degree, beside the largest part of f on the circle."""
    (instance,) = instances(posed, 1, 0)
    wanted = on_circle(posed.f, posed.x, instance)
    if wanted is None or posed.degree is None:
        return None
    found = on_circle(posed.claim, posed.x, instance, wanted[1])
    if found is None:
        return None
    gaps = np.abs(wanted[0] - found[0])[: posed.degree + 1]
    return gaps.max(axis=(1, 2)) / max(float(np.abs(wanted[0]).max()), _NOTHING)


def _degree(posed: Problem) -> int | None:
    """The degree of the claim in what is small; None where it is no polynomial of low degree."""
    (instance,) = instances(posed, 1, 0)
    found = on_circle(posed.claim, posed.x, instance)
    if found is None:
        return None
    sizes = np.abs(found[0]).max(axis=(1, 2))
    top = int(np.flatnonzero(sizes > _NOTHING * sizes.max(initial=0.0)).max(initial=0))
    return top if top < MAX_DEGREE else None


def right_side(posed: Problem) -> Node:
    """What the claim should be: f, or its Taylor polynomial in what is small."""
    if posed.degree is None:
        return posed.f
    t = placeholder("t", SCALAR)
    terms, g = [], substitute(posed.f, {posed.x: al.scale(t, posed.x)})
    for j in range(posed.degree + 1):
        terms.append(al.scale(const(Fraction(1, factorial(j))), substitute(g, {t: ZERO})))
        g = Derivation(g, t).result
    return al.add(terms)


def where_it_must_exist(posed: Problem) -> tuple[Node, set[Node]]:
    """f, of an expansion where nothing moves, and all of it that varies: there is nothing to differentiate by."""
    f = posed.f if posed.degree is None else substitute(posed.f, {posed.x: zeros_like(posed.x)})
    return f, depends(f, [n for n in walk(f) if n.op in ("symbol", "item")])


def first_difference(posed: Problem) -> str:
    """The degree of the first terms of an expansion that are wrong, in words."""
    gaps = _gaps(posed)
    at = np.flatnonzero(gaps > ON_CIRCLE) if gaps is not None else np.zeros(0)
    return f"; the terms of degree {at[0]} in {posed.restore(posed.x)} differ" if at.size else ""
