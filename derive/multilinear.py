"""Repeated differentials along directions: f, Df[H], D2f[H, K], ..., each linear in every direction and symmetric."""

from __future__ import annotations

from collections.abc import Sequence

from .adjoint import pullback
from .book import Book
from .commuting import simplest
from .entry_sums import matrix_form
from .errors import BadInput, NoClosedForm, ShapeError
from .leaves import is_zero
from .linearise import differential
from .nodes import ONE, Node, symbol, walk
from .normal import collect, merged, polish
from .sizes import is_one, same_shape, shape_text
from .unfold import right_form

LARGE = 20_000  # symbols; nobody reads a form as long as that
NUMERIC = 10**9  # what is only computed is shared, and never written out
OF_DIRECTIONS = frozenset(
    ("symmetric", "skew", "diagonal", "lower triangular", "upper triangular")
)  # a dX has them too


def forms(f: Node, x: Node, directions: Sequence[Node], book: Book, limit: int = LARGE) -> list[Node]:
    """f, Df(x)[H1], D2f(x)[H1, H2], ...: one for each direction more. NoClosedForm for more than `limit` symbols."""
    found = [f]
    for k, h in enumerate(directions, 1):
        if is_zero(found[-1]):
            return found + [found[-1]] * (len(directions) + 1 - k)
        form = along(found[-1], x, h, directions, f, book)
        if form.weight > limit:
            raise NoClosedForm(
                f"the derivative of order {k} of {f} has more than {limit:,} symbols; ask for a lower order, "
                "or for tensor(), which needs only its shared parts"
            )
        found.append(form)
    return found


def along(form: Node, x: Node, h: Node, directions: Sequence[Node], source: Node, book: Book) -> Node:
    """The derivative of one form along h, in the form with the fewest symbols."""
    if form is source and form.is_scalar and not x.is_scalar:
        return right_form(polish(merged(pullback(form, [x], ONE, book, collect)[x]), source), h)
    change = matrix_form(merged(collect([differential(form, {x: h}, book)])))
    if change.weight < LARGE // 4:
        change = simplest(change, source, directions)
    return polish(change, source)


def fresh_direction(f: Node, x: Node) -> Node:
    """A direction of the shape of x, with a letter that f does not have: h, or H for a matrix."""
    taken = {n.name for n in walk(f, x) if n.op in ("symbol", "item")}
    letters = ("h", "s", "u", "p") if is_one(x.shape[0]) or is_one(x.shape[1]) else ("H", "S", "U", "P")
    name = next((c for c in letters if c not in taken), letters[0] + "'")
    return symbol(name, x.shape, x.properties & OF_DIRECTIONS)


def checked_directions(given: Sequence[Node], x: Node, order: int) -> list[Node]:
    """One direction `order` times, or as many as the order. Errors: BadInput, ShapeError."""
    if len(given) not in (1, order):
        raise BadInput(f"a derivative of order {order} wants 1 direction or {order}, found {len(given)}")
    for v in given:
        same_direction("a direction", v, x)
    return list(given) * (1 if len(given) == order else order)


def same_direction(what: str, v: Node, x: Node) -> None:
    """ShapeError for a direction (or a point) that has not the shape of x."""
    if not same_shape(v.shape, x.shape):
        raise ShapeError(f"{what} must have the shape of {x} {shape_text(x.shape)}, found {v} {shape_text(v.shape)}")
