"""derive() and hessian(): from what the user hands in to a derivation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from operator import index
from typing import Any

from . import leaves, maps
from .book import Book, standard_book
from .counting import counted
from .derivation import Derivation, renamed
from .errors import BadInput, NoClosedForm, ShapeError
from .layout import check_layout
from .logarithms import NOTE, of_products
from .members import checked, varying
from .mixed_hessian import MixedHessian, several
from .moments import with_moments
from .nodes import Node, walk
from .random_variables import is_random, random_symbols
from .rule import Primary, Rule
from .second_order import hessian_of
from .sizes import shape_text
from .structure import with_free_entries
from .sympy_door import variable
from .worked import worked_out

Where = Mapping[str, str]
MAX_ORDER = 100


def derive(
    f: Any,
    wrt: Any,
    *,
    where: Where | None = None,
    order: int = 1,
    layout: str = "numerator",
    rules: Sequence[Rule | Primary] | None = None,
) -> Derivation:
    """Differentiate f by wrt.

    f, wrt: expressions of this package, plain SymPy, or text in LaTeX or plain maths, whose symbols `where` declares.
    A scalar's derivative is reported as its gradient, of the shape of wrt; any other as its Jacobian.
    order: 2 for the Hessian of a scalar; above that, and for other functions, see `HigherDerivation`.
    Errors: ShapeError, UnknownName, ReadError for what cannot be read; NoRule for what has no rule.

    >>> from derive import derive, matrix, vector
    >>> A, x = matrix("A", "n", "n"), vector("x", "n")
    >>> derive(x.T * A * x, x).result
    (A + A.T)*x
    """
    check_layout(layout)
    order = whole_order(order)
    book = standard_book().extended(rules) if rules else standard_book()
    if where is not None and not isinstance(where, Mapping):
        raise BadInput(f"where= wants a mapping such as {{'A': 'n x n', 'x': 'n'}}, found {where!r}")
    function, x, notes = _read(f, wrt, with_moments(where))
    _check_names(function)
    function = checked(function, x)
    (function,), counts = counted(function)
    notes = (*notes, *counts)
    expanded = of_products(function)
    if expanded is not function:
        function, notes = expanded, (*notes, NOTE)
    if not _occurs(x, function):
        _check_not_bound(function, x)
        notes = (*notes, f"{x} does not occur in f, so the derivative is 0")
    if order == 1:  # the first call of a process loads no more than it needs
        return _worked_out(Derivation(function, x, layout, book, notes))
    from .higher_order import derivation_of

    return _worked_out(derivation_of(function, x, order, book, notes, layout))


def whole_order(order: Any) -> int:
    """The order as an int. BadInput for anything but 1, 2, 3, ..."""
    try:
        found = 0 if isinstance(order, bool) else index(order)
    except TypeError:
        found = 0
    if found < 1:
        raise BadInput(f"order must be a whole number from 1 on, found {order!r}")
    if found > MAX_ORDER:
        raise BadInput(f"order must be at most {MAX_ORDER}, found {found}: the steps are written out one by one")
    return found


def _check_not_bound(f: Node, x: Node) -> None:
    """BadInput for the derivative of E[f(x)] by the random x, over which E averages."""
    if is_random(x) and any(n is x for n in walk(f)):
        raise BadInput(f"{x} is random: E[...] is over all its values; there is no derivative by {x}")


def _check_names(f: Node) -> None:
    """BadInput for two symbols of one name: on paper nobody could tell them apart."""
    known: dict[str, Node] = {}
    for n in walk(f):
        if n.op == "symbol" and n.param.serial == -1 and known.setdefault(n.name, n) is not n:
            other = known[n.name]
            raise BadInput(
                f"two different symbols are called {n.name}: {shape_text(other.shape)} {sorted(other.properties)} "
                f"and {shape_text(n.shape)} {sorted(n.properties)}"
            )


def _worked_out(derivation: Derivation) -> Derivation:
    """The derivation with its result, so that a missing rule is an error here; a tensor may have no closed form."""
    with suppress(NoClosedForm):
        _ = derivation.result
    return derivation


def _occurs(x: Node, f: Node) -> bool:
    if is_random(x):
        return x in random_symbols(f)
    if x.op == "symbol":
        return any(n is x for n in walk(f))
    return bool(varying(f, [n for n in walk(x) if n.op in ("symbol", "item")]))


def _read(f: Any, wrt: Any, where: Where | None) -> tuple[Node, Node, tuple[str, ...]]:
    """f and wrt as nodes, with what had to be assumed."""
    if isinstance(f, str) and isinstance(wrt, str):
        from .read import read_many

        read_f, read_x = read_many([f, wrt], where)
        assumptions = dict.fromkeys((*read_f.assumptions, *read_x.assumptions))
        function = worked_out(read_f.expression, where)
        return function, _variable(read_x.expression, function), tuple(assumptions)
    if isinstance(f, str) or isinstance(wrt, str):
        raise BadInput("f and wrt must both be text or both be expressions: text has symbols of its own")
    if where:
        raise BadInput("where= declares the symbols of text; these expressions carry their own declarations")
    function = leaves.as_node(f)
    return function, _variable(wrt, function), ()


def read_all(items: Sequence[Any], where: Where | None) -> tuple[list[Node], tuple[str, ...]]:
    """f, the variable, and more such as a direction, all text or all expressions; and what had to be assumed."""
    if all(isinstance(i, str) for i in items):
        from .read import read_many

        where = with_moments(where)
        found = read_many(list(items), where)
        nodes = [worked_out(r.expression, where) for r in found]
        notes = tuple(dict.fromkeys(a for r in found for a in r.assumptions))
    elif any(isinstance(i, str) for i in items):
        raise BadInput("f, wrt and the rest must all be text or all be expressions: text has symbols of its own")
    elif where:
        raise BadInput("where= declares the symbols of text; these expressions carry their own declarations")
    else:
        nodes, notes = [leaves.as_node(i) for i in items], ()
    x = _variable(nodes[1], nodes[0])
    if x.op not in ("symbol", "item"):
        raise BadInput(f"the variable must be a symbol or a member of a family, found {x}")
    return [nodes[0], x, *nodes[2:]], notes


def _variable(wrt: Any, f: Node) -> Node:
    if isinstance(wrt, Node) and renamed(wrt) is not None:
        return wrt
    found = variable(wrt, f)
    if not isinstance(found, list):
        return found
    if not all(v.is_scalar for v in found):
        raise BadInput(
            "several variables at once must be scalars; for others use backprop(f, [W, b]) or hessian(f, [W, b])"
        )
    return maps.explicit([[v] for v in found])


def hessian(f: Any, wrt: Any, also: Any = None, **options: Any) -> Any:
    """The Hessian of a scalar f by wrt; with a second variable the mixed derivative d2f / dx dy^T, rows by the first.

    A list of variables gives all blocks (`BlockHessian`); a list of scalars alone one matrix. Options as for `derive`.

    >>> from derive import matrix, vector
    >>> A, x, y = matrix("A", "m", "n"), vector("x", "m"), vector("y", "n")
    >>> hessian(x.T * A * y, x, y).result
    A
    >>> print(hessian(x.T * A * y + y.T * y, [x, y]))
    ⎡0   A ⎤
    ⎣Aᵀ  2I⎦
    """
    listed = isinstance(wrt, list | tuple)
    variables = list(wrt) if listed else [wrt]
    if not variables:
        raise BadInput("hessian wants a variable, found an empty list")
    if also is None and (not listed or _all_scalars(variables)):
        return _of_scalar(derive(f, wrt, order=2, **options))
    if also is not None and len(variables) > 1:
        raise BadInput("hessian wants f and one variable, f and two variables, or f and one list of variables")
    function, found, book, notes = _second_problem(f, [*variables, *([] if also is None else [also])], **options)
    if also is None or found[0] is found[1]:
        return (
            several(function, found, book, notes)
            if also is None
            else hessian_of(function, found[0], book, "numerator", notes)
        )
    function, (rows, columns) = with_free_entries(function, *found)
    mixed = MixedHessian(function, columns, "numerator", book, notes, rows=rows)
    _worked_out(mixed)
    return mixed


def _of_scalar(second: Derivation) -> Derivation:
    """The second derivative; ShapeError where it is no Hessian."""
    f = second.function
    if not f.is_scalar:
        raise ShapeError(
            f"a Hessian wants a scalar function, found {f} {shape_text(f.shape)}; "
            "derive(f, x, order=2) has its second derivative as a form and by indices"
        )
    return second


def _all_scalars(variables: Sequence[Any]) -> bool:
    """True where every variable is a scalar symbol, so that one matrix holds the Hessian."""
    return all(isinstance(v, Node) and v.is_scalar for v in variables)


def _second_problem(
    f: Any,
    variables: Sequence[Any],
    *,
    where: Where | None = None,
    layout: str = "numerator",
    rules: Sequence[Rule | Primary] | None = None,
) -> tuple[Node, list[Node], Book, tuple[str, ...]]:
    """f and the variables as nodes, with the book of rules and what had to be assumed."""
    check_layout(layout)
    (function, *found), notes = read_all([f, *variables], where)
    _check_names(function)
    for k, x in enumerate(found):
        found[k] = x = _variable(x, function)
        if x.op not in ("symbol", "item"):
            raise BadInput(f"the variable must be a symbol or a member of a family, found {x}")
        function = checked(function, x)
    if not function.is_scalar:
        raise ShapeError(f"a Hessian wants a scalar function, found {function} {shape_text(function.shape)}")
    book = standard_book().extended(rules) if rules else standard_book()
    return function, found, book, notes
