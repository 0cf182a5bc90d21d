"""One reading of a claim is judged: as a whole, or part by part where it is about several variables or a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .. import algebra, leaves
from ..claim import with_tangents
from ..errors import DeriveError
from ..leaves import zeros
from ..maps import inner as inner_product
from ..maps import vec
from ..nodes import Node, symbol, walk
from ..rebuilding import substitute
from ..sizes import is_one
from .declared import matrix_rows
from .derived import derivative_of
from .outcome import INTERNAL, RANK, Fails, Outcome, Verify, latex_of, unread
from .question import Question, Unreadable
from .reading import Expressions, QuestionReader, read_question
from .tex import Tex, Tok, tokens


class Parts:
    """Judges expressions: `verify` decides on function, variable and claim, `fails` says quickly that they disagree."""

    def __init__(self, verify: Verify, fails: Fails | None = None) -> None:
        self.verify, self.fails = verify, fails

    def verified(self, function: Node, wrt: Node, claim: Node, at_once: bool = True) -> Outcome:
        letter = wrt.args[0] if wrt.op == "pow" and wrt.is_scalar else wrt  # \sigma of \sigma^2
        if letter.op not in ("symbol", "item"):
            raise Unreadable(f"cannot differentiate by {wrt}")
        if letter not in set(walk(function)):
            if leaves.is_zero(claim):
                return Outcome("correct", kind="constant")
            raise Unreadable(f"as far as the text says, the function does not depend on {letter.name}")
        try:
            if at_once and self.fails is not None and self.fails(function, wrt, claim):
                return Outcome("wrong", posed=(function, wrt, claim))
            verdict = self.verify(function, wrt, claim)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            if isinstance(error, DeriveError):
                raise
            return Outcome("inconclusive", f"{INTERNAL}: {type(error).__name__}: {str(error)[:80]}")
        status: Any = verdict.status if verdict.status in RANK else "inconclusive"
        found = verdict.diagnosis
        if found is None:
            return Outcome(status, verdict=verdict)
        repaired, message = found.repaired, found.message
        if letter.name.startswith(r"\check"):  # an auxiliary variable along a line: back to its beginning
            message = f"the mistake is of the kind {found.kind}" if found.kind != "other" else "another value is right"
            repaired = substitute(repaired, {wrt: zeros(*wrt.shape)}) if isinstance(repaired, Node) else repaired
        return Outcome(status, verdict=verdict, kind=found.kind, message=message, repaired=latex_of(repaired))

    def list(self, question: Question, read: Expressions, entries: Sequence[Any], reader: QuestionReader) -> Outcome:
        """`\\nabla f(x, y) = (a, b)`: each entry is the derivative by one variable."""
        outcomes = []
        for part, entry in zip(question.parts, entries, strict=True):
            one = read_question(replace(question, wrt=part, claim=entry, parts=()), reader, derivative_of)
            outcomes.append(unread(one.error) if one.claim is None else self.verified(one.function, one.wrt, one.claim))
        return max(outcomes, key=lambda outcome: RANK[outcome.status])

    def gradient(self, read: Expressions) -> Outcome:
        """The claim as a column (or row) of the derivatives by each variable."""
        assert read.claim is not None
        entries = column(read.claim, len(read.parts))
        outcomes = [self.verified(read.function, x, c) for x, c in zip(read.parts, entries, strict=True)]
        return max(outcomes, key=lambda outcome: RANK[outcome.status])

    def hessian(self, read: Expressions) -> Outcome:
        assert read.claim is not None
        n = len(read.parts)
        if read.claim.shape != (n, n):
            raise Unreadable(f"the Hessian by {n} variables is {n} x {n}")
        outcomes = [self.verified(derivative_of(read.function, x), y, cell(read.claim, i, j))
                    for i, x in enumerate(read.parts) for j, y in enumerate(read.parts)]  # fmt: skip
        return max(outcomes, key=lambda outcome: RANK[outcome.status])

    def at_point(self, read: Expressions) -> Outcome:
        """The derivative first, the values of the variables then."""
        assert read.claim is not None
        variables = read.parts or (read.wrt,)
        at = dict(zip(variables, read.point, strict=True))
        if len(variables) == 1:
            return self.equal(substitute(derivative_of(read.function, variables[0]), at), read.claim)
        gradient = [derivative_of(read.function, x) for x in variables]
        n = len(variables)
        if read.claim.shape == (n, n):
            cells = [(i, j) for i in range(n) for j in range(n)]
            pairs = [(derivative_of(gradient[i], variables[j]), cell(read.claim, i, j)) for i, j in cells]
        else:
            pairs = list(zip(gradient, column(read.claim, n), strict=True))
        return max((self.equal(substitute(g, at), c) for g, c in pairs), key=lambda outcome: RANK[outcome.status])

    def equal(self, value: Node, claim: Node) -> Outcome:
        """a = b, as a statement about the derivative of <a, T> by T."""
        free = symbol(r"\check{T}", value.shape)
        return self.verified(inner_product(value, free), free, claim)

    def in_direction(self, read: Expressions) -> Outcome:
        """D f(x)[v] = d/dt f(x + t v) at t = 0; as the claim holds at every x, it holds along the line."""
        assert read.claim is not None
        if len(read.directions) != len(read.parts):
            raise Unreadable("as many directions as variables were expected")
        t = symbol(r"\check{t}", (1, 1))
        line = {x: x + t * v for x, v in zip(read.parts, read.directions, strict=True)}
        return self.verified(substitute(read.function, line), t, substitute(read.claim, line))

    def total(self, read: Expressions) -> Outcome:
        """df by several variables: with all differentials but one set to zero it is the differential by that one."""
        assert read.claim is not None
        outcomes = []
        for x in read.parts:
            others = {d: zeros(*d.shape) for name, d in read.differentials.items() if name != x.name}
            claim = with_tangents(substitute(read.claim, others), read.differentials, x)
            outcomes.append(self.verified(read.function, x, claim))
        return max(outcomes, key=lambda outcome: RANK[outcome.status])

    def stacked(self, read: Expressions, outcome: Outcome) -> Outcome:
        """Matrices written as columns, row after row (verify knows the order column after column)."""
        assert read.claim is not None
        rows = symbol(read.wrt.name, read.wrt.shape[::-1], read.wrt.properties)
        f, claim = (substitute(node, {read.wrt: rows.T}) for node in (read.function, read.claim))
        if read.function.is_scalar:
            gradient = derivative_of(f, rows)
            orders = [self.equal(vec(g), c) for g in (gradient, gradient.T) for c in (claim, claim.T)
                      if vec(g).shape == c.shape]  # fmt: skip
        else:
            orders = [self.verified(vec(f.T), rows, claim)]
        return next((o for o in orders if o.status == "correct"), outcome)


def listed(question: Question) -> list[Any]:
    """The entries of a claim `(a, b)` about several variables."""
    if not question.parts or question.order == 2 or question.point or question.mixed:
        return []
    rows = matrix_rows(question.claim)
    entries = [entry for row in rows for entry in row]
    return entries if len(entries) == len(question.parts) and (len(rows) == 1 or len(rows[0]) == 1) else []


def as_column(claim: Tex) -> Tex:
    """A list `(a, b)` as an explicit column."""
    rows = matrix_rows(claim)
    if len(rows) != 1 or len(rows[0]) < 2 or claim[0].text == r"\begin":
        return claim
    at = claim[0].at
    inside = [tok for entry in rows[0] for tok in (*entry, Tok(r"\\", at))]
    return (*tokens(r"\begin{bmatrix}", at), *inside[:-1], *tokens(r"\end{bmatrix}", at))


def column(claim: Node, count: int) -> list[Node]:
    m, n = claim.shape
    if (m, n) not in ((count, 1), (1, count)):
        raise Unreadable(f"a gradient by {count} variables has {count} entries")
    return [cell(claim, i, 0) if is_one(n) else cell(claim, 0, i) for i in range(count)]


def cell(node: Node, i: int, j: int) -> Node:
    """An entry, taken out of what is written out, and of sums and multiples of it."""
    if node.op == "explicit":
        return node.args[i * int(node.shape[1]) + j]
    if node.op == "scale":
        return node.args[0] * cell(node.args[1], i, j)
    if node.op == "add":
        return algebra.add([cell(term, i, j) for term in node.args])
    return node[i, j]


def is_stacked(read: Expressions) -> bool:
    """Is a matrix written as a column, as far as the sizes tell?"""
    if read.claim is None or not all(
        isinstance(d, int) for n in (read.wrt, read.function, read.claim) for d in n.shape
    ):
        return False
    count = read.wrt.shape[0] * read.wrt.shape[1]
    return count in read.claim.shape and read.claim.shape not in (read.wrt.shape, read.wrt.shape[::-1])
