r"""What stands beside a claim: definitions, y = Ax or f(w) = \|Aw - b\|^2 or y_i = \sum_j A_{ij} x_j, and A = A^T.

The body of a definition is put in the place of its name before anything is typed: all shapes are found together.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import ReadError
from . import syntax as s
from .entry_names import index_letters
from .scope import closing, joined, script_text
from .syntax import mapped, walk
from .tokens import Token
from .vocabulary import FRACTIONS, TRANSPOSES

_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Head:
    """The left side of a definition: f(x, y), or y_i, an array by its entries; `of_log`: log p defines p."""

    name: str
    parameters: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    of_log: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    head: Head
    body: s.Syntax | ReadError  # one that cannot be read is an error only where its name is used


def head_of(side: Sequence[Token]) -> Head | None:
    """The name that a side is, with its parameters or indices; None for any other side."""
    if len(side) > 1 and side[0].kind == "word" and side[0].text in ("log", "ln") and side[1].kind == "symbol":
        of = head_of(side[1:])
        return None if of is None or of.indices else replace(of, of_log=True)
    if not side or side[0].kind != "symbol" or (side[0].text == "d" and len(side) > 1):
        return None
    base, k = side[0].text, 1
    scripts: dict[str, str] = {}
    indices: tuple[str, ...] = ()
    while k + 1 < len(side) and side[k].kind in ("sub", "sup"):
        kind, end = side[k].kind, closing(side, k + 1)
        inner = side[k + 1 : end + 1]
        if kind == "sub":
            indices = index_letters(side, k)
        elif not any(t.text in ("(", "[") for t in inner):
            return None
        scripts[kind] = script_text(inner)
        k = end + 1
    name = base if indices else joined(base, 0, scripts.get("sub"), scripts.get("sup"))
    if k == len(side):
        return Head(name, (), indices)
    return _applied(name, side[k:]) if not indices else None


def _applied(name: str, rest: Sequence[Token]) -> Head | None:
    """f(x) or f(x, y): names between brackets."""
    if rest[0].text != "(" or rest[-1].text != ")" or len(rest) < 3:
        return None
    inner = rest[1:-1]
    names, commas = inner[::2], inner[1::2]
    fits = all(t.kind == "symbol" for t in names) and all(t.text in (",", ";") for t in commas) and len(inner) % 2
    return Head(name, tuple(t.text for t in names)) if fits else None


def is_derivative(side: Sequence[Token]) -> bool:
    r"""Does a side begin as a derivative does: \partial, \nabla, \frac{d ...}?"""
    if not side:
        return False
    if side[0].text in FRACTIONS:
        k = 2 if len(side) > 2 and side[1].text == "{" else 1
        return len(side) > k and side[k].text in ("∂", "d")
    return side[0].text in ("∂", "∇")


def symmetric_name(sides: Sequence[Sequence[Token]]) -> str | None:
    """A of A = A^T or A^T = A."""
    if len(sides) != 2:
        return None
    short, long = sorted(sides, key=len)
    head = head_of(short)
    if (
        head is None
        or head.parameters
        or head.indices
        or [t.text for t in long[: len(short)]] != [t.text for t in short]
    ):
        return None
    ending = [t.text for t in long[len(short) :] if t.text not in ("{", "}")]
    return head.name if ending == ["'"] or (len(ending) == 2 and ending[0] == "^" and ending[1] in TRANSPOSES) else None


class Definitions:
    """Definitions by name, and how they are put in. A name of the variable is never replaced."""

    def __init__(self, text: str, found: Mapping[str, Definition]) -> None:
        self.text, self.found = text, found

    def put_in(self, tree: s.Syntax, depth: int = 0, kept: frozenset[str] = frozenset()) -> s.Syntax:
        """The tree with every defined name replaced, also those in the definitions."""
        if depth > _MAX_DEPTH:
            raise ReadError(self.text, tree.span, "the definitions lead back to themselves", "definitions in order")

        def change(node: s.Syntax) -> s.Syntax:
            name, given = _use(node)
            definition = None if name in kept else self.found.get(name)
            if definition is None:
                return mapped(node, change)
            body = self._value(definition, node, given)
            return self.put_in(body, depth + 1, kept)

        return change(tree)

    def parameters(self, tree: s.Syntax) -> tuple[str, ...]:
        """The parameters of the definition of a name."""
        name, _ = _use(tree)
        return self.found[name].head.parameters if name in self.found else ()

    def _value(self, definition: Definition, node: s.Syntax, given: tuple[s.Syntax, ...] | None) -> s.Syntax:
        """The body of the definition, at the arguments or indices that stand here."""
        head, body = definition.head, definition.body
        if isinstance(body, ReadError):
            raise body
        entry = isinstance(node, s.Index)
        if head.indices and not entry:
            wanted = joined(head.name, 0, "".join(head.indices))
            raise ReadError(self.text, node.span, f"{head.name} is defined entry by entry, as {wanted}", "its indices")
        if entry and not head.indices:
            assert isinstance(node, s.Index)
            return replace(node, body=body)
        names = head.indices or head.parameters
        if given is None or not names:
            return body
        if len(given) != len(names):
            raise ReadError(self.text, node.span, f"{head.name} has {len(names)} parameters, found {len(given)}")
        return at_arguments(body, dict(zip(names, given, strict=True)))


def _use(node: s.Syntax) -> tuple[str, tuple[s.Syntax, ...] | None]:
    """The name that a piece uses, and its arguments or indices."""
    if isinstance(node, s.Name):
        return node.text, None
    if isinstance(node, s.Application):
        return node.function, node.args
    if isinstance(node, s.Index) and isinstance(node.body, s.Name) and None not in node.indices:
        return node.body.text, tuple(i for i in node.indices if i is not None)
    return "", None


def at_arguments(body: s.Syntax, arguments: Mapping[str, s.Syntax]) -> s.Syntax:
    """The body with arguments for parameters; bound indices keep out of their way."""
    if all(isinstance(a, s.Name) and a.text == n for n, a in arguments.items()):
        return body
    taken = {x.text for a in arguments.values() for x in walk(a) if isinstance(x, s.Name)}
    used = taken | {x.text for x in walk(body) if isinstance(x, s.Name)}

    def change(node: s.Syntax) -> s.Syntax:
        if isinstance(node, s.Name):
            return arguments.get(node.text, node)
        if isinstance(node, s.BigSum) and node.index in arguments:
            return node
        if isinstance(node, s.BigSum) and node.index in taken:
            fresh = next(c for c in string.ascii_lowercase[8:] if c not in used)
            used.add(fresh)
            node = replace(node, index=fresh, body=at_arguments(node.body, {node.index: s.Name(node.span, fresh)}))
        return mapped(node, change)

    return change(body)
