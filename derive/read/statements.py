r"""The statements of a text that holds claims: definitions, what is symmetric, what indexed names mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import ReadError
from ..nodes import Node, symbol
from . import syntax as s
from .asides import Facts
from .chains import is_connective
from .definitions import Definition, Definitions, head_of, is_derivative, symmetric_name
from .entry_names import entry_names
from .formula import Where
from .parser import parse_tokens
from .scope import Scope
from .tokens import Token


def apart_from_definitions(where: Where | None) -> tuple[Where | None, dict[str, str]]:
    """Declarations, and the definitions among them: {"y": "= A x"}."""
    beside = {k: v for k, v in (where or {}).items() if isinstance(v, str) and v.lstrip().startswith("=")}
    return ({k: v for k, v in (where or {}).items() if k not in beside} if beside else where), beside


def without_name(sides: list[list[Token]]) -> list[list[Token]]:
    """J = \\partial y / \\partial x = A without the name J that it gives the derivative, and without `Let`."""
    while sides and sides[0] and is_connective(sides[0][0]):
        sides = [sides[0][1:], *sides[1:]]
    while len(sides) > 2 and head_of(sides[0]) is not None and is_derivative(sides[1]):
        sides = sides[1:]
    return sides


def is_beside(sides: list[list[Token]]) -> bool:
    """Is an equation a definition or a statement, no claim about a derivative?"""
    return symmetric_name(sides) is not None or (
        head_of(sides[0]) is not None and not (len(sides) > 1 and is_derivative(sides[1]))
    )


class Statements:
    """The definitions of a text, and what it calls symmetric, with what its indexed names mean."""

    def __init__(
        self,
        text: str,
        scope: Scope,
        chains: Sequence[list[list[Token]]],
        beside: Sequence[list[list[Token]]],
        facts: Facts,
    ) -> None:
        self.text, self.scope = text, scope
        self.facts = {**facts}
        for name in (n for n in map(symmetric_name, beside) if n is not None):
            self.facts[name] = self.facts.get(name, frozenset()) | {"symmetric"}
            if name in scope.names:
                scope.names[name] = _symmetric(scope.names[name])
        heads = [(h, c[1]) for c in beside if len(c) > 1 and not symmetric_name(c) and (h := head_of(c[0])) is not None]
        self.defined = {h.name: h.parameters for h, _ in heads}
        lines = [list(side) for chain in chains for side in chain]
        entries = entry_names(lines, scope, self.defined)
        by_entries = {h.name: h.name for h, _ in heads if h.indices}
        self.entries = replace(entries, arrays={**entries.arrays, **by_entries})
        self.definitions = Definitions(text, {h.name: Definition(h, self._body(side, h.of_log)) for h, side in heads})

    def _body(self, side: list[Token], of_log: bool) -> s.Syntax | ReadError:
        """The body of a definition; one that cannot be read is an error only where its name is used."""
        try:
            body = self.parse(side)
            return s.Call(body.span, "exp", (body,)) if of_log else body
        except ReadError as error:
            return error

    def parse(self, tokens: list[Token], differentials: bool = False) -> s.Syntax:
        return parse_tokens(self.text, tokens, self.scope, differentials, self.entries, self.defined)


def _symmetric(node: Node) -> Node:
    return symbol(node.name, node.shape, node.properties | {"symmetric"}, node.param.latex)
