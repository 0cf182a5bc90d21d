"""Declaring symbols: the mini-language of shapes and properties that `where=` uses everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import sympy

from .errors import BadInput
from .leaves import as_node
from .nodes import Node, make, symbol
from .sizes import Shape, Size, as_size, is_one, same_size

SQUARE = (
    "symmetric", "skew", "orthogonal", "invertible", "positive definite", "positive semidefinite",
    "positive determinant", "positive eigenvalues", "identity",
)  # fmt: skip
PROPERTIES = (
    *SQUARE, "diagonal", "full row rank", "full column rank", "lower triangular", "upper triangular", "positive",
    "nonnegative", "integer", "binary", "one-hot", "unit interval", "unit norm", "simplex", "plus or minus one",
    "toeplitz", "nonzero", "random", "independent", "gaussian",
)  # fmt: skip
LINEAR = ("diagonal", "symmetric", "skew", "toeplitz", "lower triangular", "upper triangular")  # linear spaces
CURVED = frozenset(("orthogonal", "unit norm", "simplex"))  # manifolds; a gradient there has independent entries
IMPLIED = {
    "positive definite": ("symmetric", "invertible", "positive determinant", "positive eigenvalues"),
    "positive semidefinite": ("symmetric",),
    "diagonal": ("symmetric",),
    "positive determinant": ("invertible",),
    "positive eigenvalues": ("invertible", "positive determinant"),
    "unit interval": ("positive",),
    "identity": ("symmetric",),
}
ALIASES = {
    "antisymmetric": "skew", "skew symmetric": "skew", "spd": "positive definite", "pd": "positive definite",
    "psd": "positive semidefinite", "symmetric positive definite": "positive definite", "orthonormal": "orthogonal",
    "symmetric positive semidefinite": "positive semidefinite", "stiefel": "orthogonal", "unit sphere": "unit norm",
    "probability simplex": "simplex", "nonsingular": "invertible",
}  # fmt: skip


def _plainly(words: str) -> str:
    """As it is looked up: in lower case, hyphens as spaces."""
    return re.sub(r"[-_\s]+", " ", words).strip().lower()


_SPELLINGS = {**{_plainly(p): p for p in PROPERTIES}, **ALIASES}
_BY_LENGTH = sorted(_SPELLINGS, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Family:
    """An indexed family x_i, i = lo..hi: `symbol` is its index as declared, `shape` that of one member."""

    name: str
    shape: Shape
    index: str
    lo: Size
    hi: Size
    properties: frozenset[str] = frozenset()

    def member_name(self, index: str) -> str | None:
        """A member's name as one writes it: x_k for x_i, y^{(3)} for y^{(i)}; None for a name without index."""
        name, count = re.subn(rf"(?<=[_({{]){re.escape(self.index)}(?=[)}}]|$)", lambda _: index, self.name)
        return name if count else None

    def __getitem__(self, i: Any) -> Node:
        """The member with this index, a scalar node or an int. BadInput for one that the range does not hold."""
        index = as_node(i)
        if index.op == "const":
            at, lo, hi = (sympy.sympify(k) for k in (index.param, self.lo, self.hi))
            if at.is_integer is False or (at - lo).is_negative or (hi - at).is_negative:
                raise BadInput(f"there is no member {i} of {self.name}: its index {self.index} runs from {lo} to {hi}")
        return make("item", (index,), self.shape, self)

    def __iter__(self) -> Iterator[Node]:
        """The members, where their number is known."""
        if not (isinstance(self.lo, int) and isinstance(self.hi, int)):
            raise BadInput(
                f"how many members {self.name} has is not known: {self.index} runs from {self.lo} to {self.hi}"
            )
        return (self[i] for i in range(self.lo, self.hi + 1))


def matrix(name: str, m: Any, n: Any, *properties: str) -> Node:
    """An m x n matrix symbol. Sizes are ints, names or SymPy symbols; properties as in `where=`.

    >>> matrix("A", "n", "n", "symmetric").T == matrix("A", "n", "n", "symmetric")
    True
    """
    return _declared(name, (as_size(m), as_size(n)), properties)


def vector(name: str, n: Any, *properties: str) -> Node:
    """A column of length n.

    >>> vector("x", "n").shape
    (n, 1)
    """
    return _declared(name, (as_size(n), 1), properties)


def scalar(name: str, *properties: str) -> Node:
    """A real scalar.

    >>> scalar("t").shape
    (1, 1)
    """
    return _declared(name, (1, 1), properties)


def declare(name: str, declaration: str) -> Node | Family:
    """Read one entry of `where=`: "n" (a column), "1 x n", "m x n symmetric", "scalar positive", "n, i=1..N".

    A random variable is declared with what is known of it: "n random", "n random mean mu cov Sigma", the same with
    "gaussian" for a normal one, "independent" of the others, or "cov(y) C" for its covariance with y; mu, Sigma and C
    are names, or 0 and I. E[...], Var and Cov of a formula are over these.

    >>> declare("A", "m x n").shape
    (m, n)
    """
    if not isinstance(declaration, str):
        raise BadInput(f"the declaration of {name} must be text such as 'n' or 'm x n', found {declaration!r}")
    text, family = _cut_range(name, declaration)
    shape, words = _cut_shape(name, text)
    words, moments = _cut_moments(words)
    properties = _read_properties(name, words)
    if family is None:
        declared = _declared(name, shape, properties)
        return symbol(name, shape, declared.properties | moments) if moments else declared
    index, lo, hi = family
    return Family(name, shape, index, lo, hi, frozenset(_closure(properties)))


def _declared(name: str, shape: Shape, properties: Any) -> Node:
    if not isinstance(name, str) or not name:
        raise BadInput(f"a symbol needs a name, found {name!r}")
    properties = [_known(name, p) for p in properties]
    for p in properties:
        if (p in SQUARE or p == "diagonal") and p != "orthogonal" and not same_size(*shape):
            raise BadInput(
                f"{name} is declared {p}, but {shape[0]} x {shape[1]} is not square; "
                f"declare it {shape[0]} x {shape[0]}, or without {p!r}"
            )
    closed = _closure(properties)
    _refuse_conflict(name, shape, closed)
    return symbol(name, shape, closed)


def _known(name: str, written: Any) -> str:
    """The property as it is called here: Toeplitz, skew-symmetric and spd are known as well."""
    found = _SPELLINGS.get(_plainly(written)) if isinstance(written, str) else None
    if found is None:
        raise BadInput(f"unknown property {written!r} of {name}{_meant(str(written))}")
    return found


def _meant(written: str) -> str:
    """The nearest known property, or all of them."""
    near = get_close_matches(_plainly(written), _SPELLINGS, n=1, cutoff=0.75)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(PROPERTIES))}"


_DIAGONAL = "a matrix that is both is diagonal; declare it diagonal"
_ZERO = "only 0 is both; leave one of them out"
_NO_MATRIX = "no such matrix exists; leave one of them out"
CONFLICTS = (  # what no symbol can be at once, or what has another name
    ({"symmetric"}, {"skew"}, _ZERO),
    ({"lower triangular"}, {"upper triangular"}, _DIAGONAL),
    ({"symmetric", "orthogonal"}, {"lower triangular", "upper triangular"}, _DIAGONAL),
    ({"skew"}, {"lower triangular", "upper triangular"}, _ZERO),
    ({"skew"}, {"positive", "nonzero", "unit interval", "simplex", "plus or minus one"},
     "the diagonal of a skew matrix is 0; leave one of them out"),
    ({"orthogonal"}, {"positive definite", "positive eigenvalues"}, "only I is both; declare it identity"),
    ({"one-hot", "binary", "plus or minus one"}, {"unit interval"}, _NO_MATRIX),
    ({"one-hot"}, {"positive", "nonzero"}, _NO_MATRIX),
    ({"plus or minus one"}, {"positive", "nonnegative", "binary", "simplex"}, _NO_MATRIX),
    ({"orthogonal"}, {"toeplitz"}, "no gradient is known on such matrices; leave one of them out"),
    ({"simplex"}, {*LINEAR}, "no gradient is known on such matrices; leave one of them out"),
    ({"simplex"}, {"unit norm"}, "only a unit vector is both; declare it one-hot"),
)  # fmt: skip
_OF_MATRICES = (({"orthogonal"}, {"positive", "unit norm", "simplex", "unit interval"}, _NO_MATRIX),)


def _refuse_conflict(name: str, shape: Shape, properties: set[str]) -> None:
    """BadInput for properties that exclude each other, with the way out."""
    more = () if is_one(shape[0]) or is_one(shape[1]) else _OF_MATRICES
    for first, second, why in (*CONFLICTS, *more):
        a, b = first & properties, second & properties
        if a and b and not ("diagonal" in properties and why is _DIAGONAL):
            raise BadInput(f"{name} is declared {min(a)} and {min(b)}: {why}")
    if shape == (1, 1) and (bad := properties & {"simplex", "one-hot", "orthogonal"}):
        raise BadInput(f"{name} is a scalar and cannot be {min(bad)}; declare it n, or n x n")


def check_movable(x: Node) -> None:
    """BadInput for a variable of a discrete set, such as the diagonal matrices with entries 1 and -1."""
    if {"diagonal", "orthogonal"} <= x.properties:
        raise BadInput(
            f"{x} is declared diagonal and orthogonal, so that its entries are 1 and -1, a discrete set without a "
            "derivative; leave one of them out"
        )


def _closure(properties: Any) -> set[str]:
    found, todo = set(), list(properties)
    while todo:
        p = todo.pop()
        if p not in found:
            found.add(p)
            todo.extend(IMPLIED.get(p, ()))
    return found


_RANGE = re.compile(r",\s*(\\?\w+)\s*(?:=\s*([^.,]+?)\s*(?:\.\.+|\\l?dots|…)\s*([^,]+)|(?:in|\\in)\s+(.+))\s*$")


def _cut_range(name: str, text: str) -> tuple[str, tuple[str, Size, Size] | None]:
    found = _RANGE.search(text)
    if not found:
        if re.search(r",\s*\\?\w+\s*=", text):
            raise BadInput(f"cannot read the range of {name}, {text!r}; wanted a family such as 'n, i=1..N'")
        return text, None
    if _RANGE.search(text[: found.start()]):
        raise BadInput(
            f"{name} is declared with two indices, {text!r}; a family has one, and what has two is a matrix: "
            f"'{found[3] or 'N'} x {found[3] or 'N'}'"
        )
    index, lo, hi, members = found.groups()
    if members is not None and ".." in members:
        lo, _, hi = members.partition("..")
        members = None
    if members is not None:
        return text[: found.start()], (index, 1, as_size("N_" + re.sub(r"\W|mathcal", "", members)))
    low: Any = 0 if lo.strip() == "0" else as_size(lo)
    high = as_size(hi)
    if low != high and sympy.sympify(low - high).is_nonnegative:
        raise BadInput(f"the range of {name} is empty or turned round, {index}={lo}..{hi}; wanted such as 1..N")
    return text[: found.start()], (index, low, high)


_MOMENT = re.compile(r"\b(mean|cov(?:\(\\?\w+\))?)\s+(\\?\w+)")


def _cut_moments(words: str) -> tuple[str, set[str]]:
    """ "random mean mu cov Sigma cov(y) C": the moments of a random variable by name, kept as properties."""
    found = {f"{kind} {name}" for kind, name in _MOMENT.findall(words)}
    return _MOMENT.sub("", words).strip(), found | ({"random"} if found else set())


_SIZE = r"(?:\d+|\\?[A-Za-z_](?:[\w']|\{\w+\})*(?:\s*[-+*]\s*\w+)?)"
_SHAPE = re.compile(rf"\s*({_SIZE})\s*(?:[x×]|\\times)\s*({_SIZE})(?=[\s,]|$)")


def _cut_shape(name: str, text: str) -> tuple[Shape, str]:
    found = _SHAPE.match(text)
    if found:
        return (as_size(found[1]), as_size(found[2])), text[found.end() :]
    words = text.strip().split(maxsplit=1)
    if not words:
        raise BadInput(f"the declaration of {name} is empty; wanted 'n', 'm x n' or 'scalar'")
    first, rest = words[0].rstrip(","), words[1] if len(words) > 1 else ""
    if first == "scalar":
        return (1, 1), rest
    if first == "vector" or first == "matrix":
        raise BadInput(f"the declaration of {name} lacks its size: wanted 'n' or 'm x n', found {text!r}")
    try:
        n = as_size(first)
    except BadInput as error:
        raise BadInput(f"the declaration of {name}, {text!r}: {error}") from error
    return (n, 1), rest


def _read_properties(name: str, text: str) -> list[str]:
    found: list[str] = []
    rest = _plainly(text.replace(",", " "))
    while rest:
        match = next((p for p in _BY_LENGTH if rest == p or rest.startswith(p + " ")), None)
        if match is None:
            near = _meant(rest) if "did you mean" in _meant(rest) else _meant(rest.split()[0])
            raise BadInput(f"unknown property in the declaration of {name}: {rest!r}{near}")
        found.append(_SPELLINGS[match])
        rest = rest[len(match) :].strip()
    return found


def is_column(n: Node) -> bool:
    return is_one(n.shape[1])
