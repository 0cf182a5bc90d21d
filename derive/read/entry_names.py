r"""Names with index letters that are entries: A_{ik} beside A, a_{ik} of A, x_k of x, and E_{ij} as e_i e_j^T.

Decided from the tokens of all formulas together, for names that are not declared. An index is a letter below a sum, a
delta, a bracket (AXB)_{ij}, or below the variable of the derivative where that is an entry.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .scope import Scope, closing, joined, rank
from .tokens import Token

_LETTERS = frozenset("a b c g h i j k l m n o p q r s t u v w z \\alpha \\beta \\gamma \\mu \\nu".split())
_SINGLE = frozenset("E J S".split())  # single-entry matrices in the books: E_ij, J^ij, S_ij
_VECS = frozenset(("vec", "Vec", "vech"))
_SIGNS = frozenset(("∂", "d"))


@dataclass(frozen=True, slots=True)
class EntryNames:
    """`arrays`: for the letter of an entry the array it is of, x: x and a: A; `units`: letters of single entries.

    `fixed`: letters that stand for one index in some formula. `beside_vec`: in formulas with vec the letters below
    K_{mn}, D_n, L_n and N_n are sizes, declared or not.
    """

    arrays: dict[str, str] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    beside_vec: bool = False
    fixed: frozenset[str] = frozenset()


NO_ENTRIES = EntryNames()


@dataclass(frozen=True, slots=True)
class _Use:
    """A name where it stands: its index letters (`raised`: in a superscript), and whether a sign ∂ stands before it."""

    base: str
    letters: tuple[str, ...]
    raised: bool
    varied: bool
    line: int

    @property
    def written(self) -> str:
        return joined(self.base, 0, "".join(self.letters))


def entry_names(
    lines: Sequence[Sequence[Token]], scope: Scope, defined: Iterable[str] = (), variable: int | None = None
) -> EntryNames:
    """What the indexed names of some formulas mean; `variable` is the line that is the variable, if one is."""
    uses = [u for k, line in enumerate(lines) for u in _uses(line, k, k == variable)]
    found = _Names(uses, scope, frozenset(defined)).found({i for line in lines for i in _bound_letters(line)})
    summed = {name: name for name in indexed_names(lines)}
    beside_vec = any(t.text in _VECS for line in lines for t in line)
    return EntryNames({**summed, **found.arrays}, found.units, beside_vec, frozenset(fixed_letters(lines)))


def _uses(line: Sequence[Token], number: int, is_variable: bool) -> list[_Use]:
    found, inside = [], _script_positions(line)
    for k, token in enumerate(line):
        if token.kind != "symbol" or k in inside or token.text == "\\delta":
            continue
        before = line[k - 1].text if k else ""
        varied = before in _SIGNS or (is_variable and k == 0)
        letters, raised = _letters(line, k + 1)
        found.append(_Use(token.text, letters, raised, varied, number))
    return found


def _script_positions(line: Sequence[Token]) -> set[int]:
    """Where tokens stand in a subscript or a superscript."""
    inside: set[int] = set()
    for k, token in enumerate(line[:-1]):
        if token.kind in ("sub", "sup"):
            inside.update(range(k + 1, closing(line, k + 1) + 1))
    return inside


def _letters(line: Sequence[Token], k: int) -> tuple[tuple[str, ...], bool]:
    """The one or two index letters of the subscript, or the two of a superscript, at k; () for anything else."""
    while k + 1 < len(line) and (line[k].kind == "prime" or (line[k].kind == "sup" and not _is_pair(line, k))):
        k = closing(line, k + 1) + 1 if line[k].kind == "sup" else k + 1
    if k + 1 >= len(line) or line[k].kind not in ("sub", "sup"):
        return (), False
    texts = _texts(line, k + 1)
    fits = 0 < len(texts) < 3 and set(texts) <= _LETTERS
    return (texts if fits else (), line[k].kind == "sup")


def index_letters(line: Sequence[Token], k: int) -> tuple[str, ...]:
    """The index letters of the subscript at k."""
    texts = _texts(line, k + 1)
    return texts if 0 < len(texts) < 3 and set(texts) <= _LETTERS else ()


def _texts(line: Sequence[Token], k: int) -> tuple[str, ...]:
    """The letters of a script; X_ij of plain text has two in one word."""
    inner = [t for t in line[k : closing(line, k) + 1] if t.text not in ("{", "}", ",")]
    if len(inner) == 1 and len(inner[0].text) == 2 and inner[0].text.isalpha() and inner[0].mark != "roman":
        return tuple(inner[0].text)
    return tuple(t.text for t in inner)


def _is_pair(line: Sequence[Token], k: int) -> bool:
    texts = _texts(line, k + 1)
    return len(texts) == 2 and set(texts) <= _LETTERS and line[k + 1].text == "{"


def _bound_letters(line: Sequence[Token]) -> set[str]:
    """The letters below sums, deltas and closing brackets."""
    found: set[str] = set()
    for k, token in enumerate(line[:-2]):
        if line[k + 1].kind != "sub":
            continue
        inner = line[k + 2 : closing(line, k + 2) + 1]
        if token.text in ("\\sum", "\\prod"):
            ends = [j for j, t in enumerate(inner) if t.text in ("=", "∈", "≤")]
            found.update(t.text for t in inner[: ends[0] if ends else None] if t.text in _LETTERS)
        elif token.text == "\\delta" or token.text in (")", "]"):
            found.update(_letters(line, k + 1)[0])
    return found


class _Names:
    def __init__(self, uses: Sequence[_Use], scope: Scope, defined: frozenset[str]) -> None:
        self.scope, self.defined = scope, defined
        self.bare = {u.base for u in uses if not u.letters}
        self.uses = [u for u in uses if u.letters and scope.find(u.written) is None and u.base not in scope.families]

    def found(self, letters: set[str]) -> EntryNames:
        varied = [u for u in self.uses if u.varied and not u.raised]
        letters = letters | {i for u in varied if self._is_entry(u) for i in u.letters}
        pairs = {frozenset(u.letters) for u in varied if set(u.letters) <= letters}
        units = {u.base for u in self.uses if self._is_single(u) and frozenset(u.letters) in pairs}
        units -= {u.base for u in self.uses if u.varied}  # \partial S_{ij}: S is what is differentiated
        arrays: dict[str, str] = {}
        for u in self.uses:
            if not u.raised and u.base not in units and letters & set(u.letters) and not self._is_declared(u.base):
                array = self._target(u) or (u.base if self._has_others(u) and set(u.letters) <= letters else None)
                arrays |= {} if array is None else {u.base: array}
        return EntryNames(arrays, frozenset(units))

    def _is_declared(self, name: str) -> bool:
        return self.scope.find(name) is not None

    def _is_entry(self, variable: _Use) -> bool:
        """X_{kl} behind a sign: an entry where X stands by itself (and not X_{kl} too), or under other indices."""
        alone = not any(
            u.base == variable.base and u.letters == variable.letters and u.line == variable.line and not u.varied
            for u in self.uses
        )
        return self._is_declared(variable.base) or (self._target(variable) is not None and alone) or (
            self._has_others(variable))  # fmt: skip

    def _has_others(self, use: _Use) -> bool:
        """Does the letter stand under other indices too, as many?"""
        return any(
            u.base == use.base and u.letters != use.letters and len(u.letters) == len(use.letters) for u in self.uses
        )

    def _is_single(self, use: _Use) -> bool:
        free = use.base not in self.bare | self.defined and not self._is_declared(use.base)
        return free and not use.varied and use.base in _SINGLE and len(use.letters) == 2

    def _target(self, use: _Use) -> str | None:
        """The array that stands by itself: X for X_{kl}, A for a_{ik}."""
        if use.base in self.bare or use.base in self.defined:
            return use.base
        capital = _capital(use.base)
        if len(use.letters) != 2 or capital == use.base:
            return None
        declared = self.scope.find(capital)
        if declared is not None:
            return capital if rank(self.scope.names[declared].shape) == 2 else None
        return capital if capital in self.bare | self.defined else None


def _capital(base: str) -> str:
    r"""A for a, \Sigma for \sigma; the name itself for anything else."""
    if len(base) == 1:
        return base.upper()
    return "\\" + base[1:].capitalize() if base[:1] == "\\" and base[1:].isalpha() and base[1:].islower() else base


def indexed_names(tokens: Iterable[Sequence[Token]]) -> set[str]:
    """Names that are indexed by the variable of a sum somewhere: their x_1 is an entry, not a name."""
    indices: set[str] = set()
    lists = list(tokens)
    for line in lists:
        for k, t in enumerate(line):
            if t.text in ("\\sum", "\\prod") and k + 2 < len(line) and line[k + 1].kind == "sub":
                j = k + 2
                while j < len(line) and (line[j].kind == "symbol" or line[j].text in ("{", ",")):
                    indices.add(line[j].text)
                    j += 1
    found = set()
    for line in lists if indices else ():
        for a, b, c, d in zip(line, line[1:], line[2:], [*line[3:], line[-1]], strict=False):
            if a.kind == "symbol" and b.kind == "sub" and (c.text in indices or (c.text == "{" and d.text in indices)):
                found.add(a.text)
    return found


def fixed_letters(lines: Iterable[Sequence[Token]]) -> set[str]:
    r"""Letters in a script of a formula that has no sum: with d/dx_i, an i behind a sum over i is that of x_i."""
    found: set[str] = set()
    for line in lines:
        if not any(t.text in ("\\sum", "\\prod") for t in line):
            found |= {b.text for a, b in itertools.pairwise(line) if a.kind in ("sub", "sup")}
            found |= {c.text for a, _, c in zip(line, line[1:], line[2:], strict=False) if a.kind in ("sub", "sup")}
            found |= {i for k, t in enumerate(line[:-1]) if t.kind == "sub" for i in index_letters(line, k)}
    return found
