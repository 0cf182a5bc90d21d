r"""Relations that are no derivatives: L = R for all values, and expansions L \approx R, L = R + O(\|h\|^3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import syntax as s
from .syntax import walk
from .tokens import Token

Side = list[Token]
_ORDERS = frozenset(("O", "o", "\\mathcal{O}", "\\mathcal{o}"))
NEARLY = ("≈", "\\approx", "\\simeq")  # as they may stand in a text


@dataclass(frozen=True, slots=True)
class Remainder:
    """What an expansion leaves out: all above `degree` in `small`; None where the text only has dots."""

    degree: int | None = None
    small: tuple[str, ...] = ()


def at_approximations(sides: Sequence[Side]) -> list[Side]:
    """The sides of a chain, cut at every sign of approximation too."""
    found: list[Side] = []
    for side in sides:
        found.append([])
        depth = 0
        for t in side:
            depth += (t.kind in ("open", "begin")) - (t.kind in ("close", "end"))
            if depth == 0 and t.text == "≈":
                found.append([])
            else:
                found[-1].append(t)
    return [side for side in found if side]


def without_remainder(side: Side) -> tuple[Side, Remainder | None]:
    r"""A side without a last term O(\|h\|^3), o(t) or dots, and what that term says."""
    depth, cut = 0, None
    for k, t in enumerate(side):
        depth += (t.kind in ("open", "begin")) - (t.kind in ("close", "end"))
        if depth == 0 and k and t.text == "+":
            cut = k
    if cut is None:
        return side, None
    last = side[cut + 1 :]
    if last and last[0].text == "…":
        return side[:cut], Remainder()
    if len(last) < 3 or last[0].text not in _ORDERS or last[1].text not in ("(", "\\left(") or last[-1].kind != "close":
        return side, None
    inner = last[2:-1]
    names = [t.text for t in inner if t.kind == "symbol"]
    digits = [int(t.text) for k, t in enumerate(inner) if t.kind == "number" and k and _is_raised(inner, k)]
    power = digits[-1] if digits else 1
    return side[:cut], Remainder(power - (last[0].text in ("O", "\\mathcal{O}")), tuple(names))


def _is_raised(tokens: Sequence[Token], k: int) -> bool:
    before = tokens[k - 1]
    return before.kind == "sup" or (before.text == "{" and k > 1 and tokens[k - 2].kind == "sup")


def moved_names(left: s.Syntax) -> tuple[str, ...]:
    """The names that may be what is small on the left: h of x + h, t and v of x + t v; the only one there is."""
    found: dict[str, None] = {}
    for node in walk(left):
        if isinstance(node, s.Sum) and len(node.terms) > 1:
            last = node.terms[-1].body if isinstance(node.terms[-1], s.Negative) else node.terms[-1]
            pieces = last.factors if isinstance(last, s.Product) else (last,)
            if all(isinstance(p, s.Name) for p in pieces):
                found |= dict.fromkeys(p.text for p in pieces if isinstance(p, s.Name))
    names = dict.fromkeys(node.text for node in walk(left) if isinstance(node, s.Name))
    return tuple(found) or (tuple(names) if len(names) == 1 else ())


def added_names(left: s.Syntax) -> tuple[str, ...]:
    """The names of the sums of names on the left: s and t of e^{s + t}, all of which may be small."""
    sums = [node for node in walk(left) if isinstance(node, s.Sum) and all(isinstance(t, s.Name) for t in node.terms)]
    return tuple(dict.fromkeys(t.text for node in sums for t in node.terms if isinstance(t, s.Name)))


def centres(trees: Sequence[s.Syntax], left: s.Syntax) -> list[tuple[str, str | Fraction]]:
    """(x, a) of every difference x - a: an expansion of f(x) around a."""
    moving = {node.text for node in walk(left) if isinstance(node, s.Name)}
    found: dict[tuple[str, str | Fraction], None] = {}
    for node in (n for tree in trees for n in walk(tree)):
        if isinstance(node, s.Sum) and len(node.terms) == 2 and isinstance(node.terms[1], s.Negative):
            x, a = node.terms[0], node.terms[1].body
            if isinstance(x, s.Name) and x.text in moving and isinstance(a, s.Name | s.Number):
                found[x.text, a.text if isinstance(a, s.Name) else a.value] = None
    return list(found)
