"""The gradient in the space that a structured variable lives in, and the other answers that books print."""

from __future__ import annotations

from fractions import Fraction

from . import algebra as al
from . import leaves, maps
from .entries import EntryOf
from .functions import tril, triu
from .nodes import MINUS_ONE, Node, const
from .normal import collect, expanded_terms, factored

HALF = const(Fraction(1, 2))


def projected(gradient: Node, variable: Node) -> Node:
    """The gradient in the space of the variable: sym(G) for a symmetric one, skew(G), the diagonal part, a triangle."""
    properties = variable.properties
    if gradient.is_scalar:
        return gradient
    if "diagonal" in properties:
        return maps.diag(maps.diagonal(gradient))
    if "symmetric" in properties:
        return symmetric_part(gradient)
    if "skew" in properties:
        return skew_part(gradient)
    if "lower triangular" in properties:
        return tril(gradient)
    if "upper triangular" in properties:
        return triu(gradient)
    return gradient


def along_entry(entry: EntryOf) -> Node:
    """How the variable moves when one entry does: e_i e_j^T, in the space of a structured variable."""
    m, n = entry.of.shape
    unit = al.matmul([leaves.basis(m, entry.row), al.transpose(leaves.basis(n, entry.column))])
    return projected(unit, entry.of)


def moved_entry(entry: EntryOf, x: Node, t: Node) -> Node:
    """X with t in the place of its entry x: X + (t - X_ij) e_i e_j^T."""
    return al.add([entry.of, al.scale(al.add([t, al.scale(MINUS_ONE, x)]), along_entry(entry))])


def symmetric_part(g: Node) -> Node:
    """(G + G^T) / 2; G itself where G, multiplied out, is symmetric."""
    t = al.transpose(g)
    if t is g:
        return g
    spread = al.add(expanded_terms(g))
    return factored(spread) if al.transpose(spread) is spread else al.scale(HALF, collect([g, t]))


def skew_part(g: Node) -> Node:
    """(G - G^T) / 2."""
    return al.scale(HALF, collect([g, al.scale(MINUS_ONE, al.transpose(g))]))


def vech_form(g: Node) -> Node:
    """G + G^T - G o I: by the independent entries of vech, as the Matrix Cookbook prints it (138)."""
    diagonal = maps.diag(maps.diagonal(g))
    return al.add([g, al.transpose(g), al.scale(MINUS_ONE, diagonal)])
