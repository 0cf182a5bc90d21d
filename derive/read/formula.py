"""Formulas read together: they share their names and their dimensions, as f, x and a claim about df/dx do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import ReadError
from ..nodes import Node
from ..sizes import named_size
from ..symbols import Family
from . import syntax as s
from .choices import MAX_CHOICES, Ambiguous, Choices, Member
from .coefficients import coefficients
from .conventions import Text, Uses, kinds_of, spoken
from .convert import NO_FACTS, Converter, Facts
from .dims import SCALAR, AnyShape, Dim, find, is_scalar, is_unit, product, settle, shown, unify
from .einstein import summed
from .entry_names import entry_names
from .indexing import indexed, readings
from .inference import Inference, is_bare
from .macros import Macro, as_macros
from .parser import parse_tokens, prepare
from .ranges import with_ranges
from .scope import Declaration, Scope, joined, make_scope
from .sides import without_names
from .syntax import walk
from .tokens import is_plain

Where = Mapping[str, Declaration]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its expression, the symbols it may contain, and what had to be assumed."""

    text: str
    expression: Node
    symbols: Mapping[str, Node | Family]
    assumptions: tuple[str, ...] = ()
    differentials: Mapping[str, Node] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()  # names that nothing declares


@dataclass(frozen=True, slots=True)
class Reading:
    """f, x and a claim, read together. `error` says why the claim alone could not be read."""

    f: Formula
    wrt: Formula
    claim: Formula | None
    error: ReadError | None = None
    form: str = "derivative"


def read(
    text: str,
    where: Where | None = None,
    *,
    macros: Mapping[str, str | Macro] | None = None,
    definitions: Mapping[str, Node] | None = None,
    differentials: bool = False,
) -> Formula:
    r"""Read one formula.

    `where` declares names as in `declare`; `definitions` are names that stand for expressions; `macros` are TeX macros;
    `differentials` reads dX as the differential of X even where d is a declared name.
    Raises ReadError, which shows the place; ShapeMismatch, which is also a ShapeError, where shapes do not fit.

    >>> read(r"\|Ax - b\|_2^2", where={"A": "m x n", "x": "n", "b": "m"}).expression.op
    'call'
    """
    return read_many([text], where, macros=macros, definitions=definitions, differentials=differentials)[0]


def read_many(
    texts: Sequence[str],
    where: Where | None = None,
    *,
    macros: Mapping[str, str | Macro] | None = None,
    definitions: Mapping[str, Node] | None = None,
    differentials: bool = False,
) -> list[Formula]:
    """Read formulas that share their names and sizes, such as f and the variable."""
    reader = Reader(make_scope(with_ranges(where, texts), definitions), as_macros(macros))
    trees = reader.parse_all(texts, differentials)
    if not differentials:
        for text, tree in trees:
            refuse_differential(text, tree)
    return reader.finish(trees)


def read_claim(
    f: str,
    wrt: str,
    claim: str,
    where: Where | None = None,
    *,
    form: str = "derivative",
    macros: Mapping[str, str | Macro] | None = None,
    definitions: Mapping[str, Node] | None = None,
) -> Reading:
    """Read f, the variable and a claim about the derivative, together: I in the claim gets its size from f and x.

    `form`: derivative, hessian, vec or differential; a claim that contains dX is a differential in any case.
    A claim that cannot be read leaves f and the variable readable.
    """
    reader = Reader(make_scope(with_ranges(where, [f, wrt, claim]), definitions), as_macros(macros))
    first = reader.parse_all([f, wrt], False)
    for text, tree in first:
        refuse_differential(text, tree)
    try:
        trees = [*first, *reader.parse_all([claim], form == "differential")]
        form = "differential" if any(isinstance(x, s.Differential) for x in walk(trees[2][1])) else form
        function, variable, said = reader.finish(trees, form)
        return Reading(function, variable, said, None, form)
    except ReadError as error:
        function, variable = reader.finish(first)
        return Reading(function, variable, None, error, form)


def refuse_differential(text: str, tree: s.Syntax) -> None:
    """A dX belongs into a claim about a differential; in a function it is a misreading."""
    for node in walk(tree):
        if isinstance(node, s.Differential):
            raise ReadError(
                text, node.span, "a differential stands in this formula", "a formula without dX, or a declaration of d"
            )


@dataclass(frozen=True, slots=True)
class _Typed:
    """One reading of some formulas: their shapes, and how the undeclared names are used."""

    inference: Inference
    used: Uses
    shapes: list[AnyShape]

    def is_scalar_formula(self) -> bool:
        """True where f is a scalar, and no scalar in it is transposed, has a norm or is added to an array."""
        return is_scalar(self.shapes[0]) and not (self.inference.mixed or self.inference.odd)

    def fits(self, form: str) -> bool:
        """Has the claim the shape of the derivative in some layout, as far as its sizes are known?"""
        wanted = _layouts(self.shapes[0], self.shapes[1], form, self.shapes[3:])
        return not wanted or any(_alike(self.shapes[2], w) for w in wanted)

    def is_matrix_by_array(self) -> bool:
        """True where a matrix is differentiated by a vector or a matrix: its derivative has more than two axes."""
        f, x = self.shapes[:2]
        return not (is_unit(f[0]) or is_unit(f[1]) or is_scalar(x))

    def misfits(self, form: str | None) -> int:
        """How often a scalar stands for an array, within the formulas and as the claim."""
        layouts = [] if form is None else _layouts(self.shapes[0], self.shapes[1], form, self.shapes[3:])
        return self.inference.mixed + any(is_scalar(a) != is_scalar(self.shapes[2]) for a in layouts[:1])


def _with_index(text: str, tree: s.Syntax, choices: Choices) -> None:
    """A family stands in no formula without its index: X^T(Xw - y) would speak of another y."""
    inside = {id(x.body) for x in walk(tree) if isinstance(x, s.Index)}
    for x in walk(tree):
        if isinstance(x, s.Name) and x.text in choices.members and id(x) not in inside:
            written = joined(x.text, 0, choices.members[x.text].index)
            raise ReadError(
                text, x.span, f"{x.text} stands here without the index of {written}", "declarations of both"
            )


def _spoken_family(inference: Inference, name: str) -> str:
    m = inference.choices.members[name]
    shape = "" if m.kind == "scalar" else f" of shape {shown(inference.members[name])}"
    kind = "matrices" if m.kind == "matrix" else f"{m.kind}s"
    return f"{joined(name, 0, m.index)} is not declared; read as {kind}{shape}, {m.index} = {m.low}..{m.high}"


class Reader:
    """One scope, and the steps from texts to formulas."""

    def __init__(self, scope: Scope, macros: Mapping[str, Macro], facts: Facts = NO_FACTS) -> None:
        self.scope, self.macros, self.facts = scope, macros, facts

    def parse_all(self, texts: Sequence[str], differentials: bool) -> list[Text]:
        shown_texts = [unwrapped(t) for t in texts]
        tokens = without_names([prepare(t, self.scope, self.macros) for t in shown_texts], self.scope)
        entries = entry_names(tokens, self.scope, variable=1 if len(tokens) > 1 else None)
        return [
            (t, parse_tokens(t, k, self.scope, differentials, entries))
            for t, k in zip(shown_texts, tokens, strict=True)
        ]

    def finish(self, trees: Sequence[Text], form: str | None = None) -> list[Formula]:
        """Guess the kinds of undeclared names, infer all shapes, build all expressions."""
        trees = list(zip((t for t, _ in trees), summed([tree for _, tree in trees], self.scope), strict=True))
        try:
            return self._finish(trees, form)
        except RecursionError:
            raise ReadError(trees[0][0], (0, 1), "the formula is nested too deeply", "a shorter formula") from None

    def _finish(self, trees: Sequence[Text], form: str | None) -> list[Formula]:
        indices = indexed(trees[:2], self.scope)
        members = self._members(trees[:2], indices) if indices else {}
        typed = self._with_coefficients(trees, form, Choices(members=members))
        inference = typed.inference
        taken = {str(n) for n in inference.scope.sizes} | {
            n for n in (*typed.used.names, *self.scope.names) if len(n) == 1
        }
        if form is not None:
            if typed.is_matrix_by_array():  # the sizes of f and x are theirs; only those of the claim stay open
                asked = {x.text for _, tree in trees[:2] for x in walk(tree) if isinstance(x, s.Name)}
                _settle((shape for n, shape in inference.free.items() if n in asked), taken)
            _expect(inference, trees[2][1], typed.shapes, form)
        inference.solve_products()
        _settle((*inference.free.values(), *inference.members.values()), taken)
        formulas = self._convert(inference, trees, inference.kinds, taken)
        entries = [f"{joined(n, 0, m.index)} is read as the {m.index}-th entry of {n}" for n, m in indices.items()]
        first = formulas[0]
        return formulas if members else [replace(first, assumptions=(*first.assumptions, *entries)), *formulas[1:]]

    def _with_coefficients(self, trees: Sequence[Text], form: str | None, start: Choices) -> _Typed:
        """The reading with capitals as matrices; where f then is one, that with numbers to which the claim fits."""
        found = self._fitting(trees, form, start)
        if form not in ("derivative", "hessian") or not found.is_matrix_by_array():
            return found
        for several in coefficients(trees, found.inference.kinds):
            fitting = [t for numbers in several if (t := self._of_numbers(trees, form, start, numbers)) is not None]
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                name = min(fitting[0].inference.choices.numbers - fitting[1].inference.choices.numbers)
                text, tree = trees[0]
                raise ReadError(text, tree.span, f"{name} may be a matrix or a scalar", f"a declaration of {name}")
        return found

    def _of_numbers(self, trees: Sequence[Text], form: str, start: Choices, numbers: frozenset[str]) -> _Typed | None:
        """The reading with these capitals as numbers, where f is a scalar and the claim fits."""
        try:
            typed = self._fitting(trees, form, replace(start, numbers=numbers))
        except ReadError:
            return None
        return typed if typed.is_scalar_formula() and typed.fits(form) else None

    def _fitting(self, trees: Sequence[Text], form: str | None, start: Choices) -> _Typed:
        """The reading with diag(A) as a vector; where that does not fit, as the diagonal matrix of the books."""
        diagonals = [_diagonals(tree) for _, tree in trees]
        choices = [diagonals[2:3], diagonals] if form is not None and any(diagonals) else [diagonals]
        failure: ReadError | None = None
        found: _Typed | None = None
        for chosen in [[], *choices] if any(diagonals) else [[]]:
            try:
                typed = self._resolved(trees, form, replace(start, diagonals=frozenset().union(*chosen)))
            except ReadError as error:
                failure = failure or error
                continue
            if form is None or typed.fits(form):
                return typed
            found = found or typed
        if found is None:
            assert failure is not None
            raise failure
        return found

    def _members(self, trees: Sequence[Text], indices: dict[str, Member]) -> dict[str, Member]:
        """The families that make f a scalar, where entries do not. Only f and the variable decide, never a claim."""
        try:
            if self._resolved(trees, None, Choices()).is_scalar_formula():
                return {}
        except ReadError:
            pass
        fitting = []
        for cost, members in readings(indices):
            try:
                typed = self._resolved(trees, None, Choices(members=members))
            except ReadError:
                continue
            if typed.is_scalar_formula():
                fitting.append((cost + typed.used.cost, members))
        best = [members for cost, members in fitting if cost == min(c for c, _ in fitting)]
        if len(best) > 1:
            name = next(n for n in indices if best[0][n] != best[1][n])
            written = joined(name, 0, indices[name].index)
            one, two = best[0][name].kind, best[1][name].kind
            text, tree = trees[0]
            raise ReadError(text, tree.span, f"{written} may be a {one} or a {two}", f"a declaration of {written}")
        return best[0] if best else {}

    def _typed(self, trees: Sequence[Text], choices: Choices) -> _Typed:
        ranges = {m.high: named_size(m.high) for m in choices.members.values()}
        scope = replace(self.scope, sizes={**ranges, **self.scope.sizes}) if ranges else self.scope
        for text, tree in trees if ranges else ():
            _with_index(text, tree, choices)
        kinds, used = kinds_of(trees, scope, choices)
        inference = Inference(scope, kinds, choices)
        return _Typed(inference, used, [inference.infer(text, tree) for text, tree in trees])

    def _resolved(self, trees: Sequence[Text], form: str | None, start: Choices) -> _Typed:
        """The reading in which the fewest scalars stand among arrays; of two such readings the piece is a question."""
        open_choices, found = [start], list[_Typed]()
        question, failure = None, None
        while open_choices:
            choices = open_choices.pop()
            try:
                found.append(self._typed(trees, choices))
            except Ambiguous as error:
                question = question or error
                if len(choices.entrywise) >= MAX_CHOICES:
                    raise question from None
                open_choices.extend(choices.both(error.node))
            except ReadError as error:
                failure = failure or error
        if not found:
            assert failure is not None
            raise failure
        costs = [t.misfits(form) for t in found]
        if costs.count(min(costs)) > 1:
            assert question is not None
            raise question
        return found[costs.index(min(costs))]

    def _convert(
        self, inference: Inference, trees: Sequence[Text], kinds: dict[str, str], taken: set[str]
    ) -> list[Formula]:
        formulas = []
        symbols: dict[str, Node | Family] = {
            self.scope.keys[n]: node for n, node in self.scope.names.items() if n not in self.scope.definitions
        }
        symbols |= {x.family.name: x.family for xs in self.scope.families.values() for x in xs}
        calls = only_calls(*trees[0])  # f says how functions of matrices are meant, whatever a claim is written in
        for text, tree in trees:
            converter = Converter(inference, taken, text, calls, self.facts)
            symbols |= {x.name: x for x in map(converter.family, inference.members)}
            expression = converter.convert(tree)
            names = [n for n in kinds if any(isinstance(x, s.Name) and x.text == n for x in walk(tree))]
            for n in names:
                symbols[n] = converter.name(s.Name((0, 0), n))
            said = [spoken(n, shown(inference.free[n]), kinds[n]) for n in names if n in inference.free]
            said += [
                _spoken_family(inference, n)
                for n in inference.members
                if any(isinstance(x, s.Name) and x.text == n for x in walk(tree))
            ]
            formulas.append(
                Formula(
                    text,
                    expression,
                    symbols,
                    (*said, *converter.assumptions),
                    converter.differentials,
                    frozenset(n for n in names if n in inference.free),
                )
            )
        return formulas


def _settle(shapes: Iterable[AnyShape], taken: set[str]) -> None:
    """Letters for the sizes in these shapes that are still open."""
    for shape in shapes:
        for d in shape:
            settle(d, taken)


def unwrapped(text: str) -> str:
    r"""The text with $...$, \(...\) and \[...\] blanked, so that places stay true."""
    if not isinstance(text, str):
        raise ReadError(repr(text)[:80], (0, 1), f"found {type(text).__name__}", "a formula as text")
    body = text.strip()
    for left, right in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        if body.startswith(left) and body.endswith(right) and len(body) >= len(left) + len(right):
            inner = body[len(left) : len(body) - len(right)]
            lead = len(text) - len(text.lstrip())
            return " " * (lead + len(left)) + inner
    return text


def only_calls(text: str, tree: s.Syntax) -> bool:
    """True for text that may be a program, tanh(sin(B + S)): functions with brackets, no product without a sign."""
    if not (is_plain(text) and text.isascii()) or "^" in text:
        return False
    for node in walk(tree):
        if isinstance(node, s.Product) and "" in node.signs:
            return False
        if isinstance(node, s.Call) and re.match(r"\w+\(", text[node.span[0] : node.span[1]]) is None:
            return False
    return True


def _expect(inference: Inference, claim: s.Syntax, shapes: Sequence[AnyShape], form: str) -> None:
    """Give the open sizes of a claim the shape that a derivative of f by x has, in the first layout that fits."""
    shape = inference.shapes[id(claim)]
    if is_scalar(shape) or not _open(inference, claim):
        return
    wanteds = _layouts(shapes[0], shapes[1], form, shapes[3:])
    if is_bare(claim) and wanteds:
        inference.adopt(claim, wanteds[0])
        return
    for wanted in wanteds:
        if _alike(shape, wanted) and not is_scalar(wanted):
            unify(shape[0], wanted[0])
            unify(shape[1], wanted[1])
            return


def _alike(shape: AnyShape, wanted: AnyShape) -> bool:
    """May two shapes be the same?"""
    return all(
        isinstance(find(a), Dim) or isinstance(find(b), Dim) or str(find(a)) == str(find(b))
        for a, b in zip(shape, wanted, strict=True)
    )


def _diagonals(tree: s.Syntax) -> set[int]:
    """The pieces diag(...)."""
    return {id(x) for x in walk(tree) if isinstance(x, s.Call) and x.function == "diag"}


def _open(inference: Inference, claim: s.Syntax) -> bool:
    return any(
        isinstance(find(d), Dim) for x in walk(claim) if id(x) in inference.shapes for d in inference.shapes[id(x)]
    )


def _layouts(f: AnyShape, x: AnyShape, form: str, first: Sequence[AnyShape] = ()) -> list[AnyShape]:
    if form in ("differential", "identity", "expansion"):
        return [f]
    if form == "mixed":
        rows = first[0] if is_scalar(f) else f
        return [] if len(first) > 1 else [(rows[0], x[0]), (x[0], rows[0])]
    size_f, size_x = product(*f), product(*x)
    if form == "hessian":
        return [] if size_x is None else [(size_x, size_x)]
    if is_scalar(f):
        return [x, x[::-1]]
    if is_scalar(x):
        return [f, f[::-1]]
    if size_f is None or size_x is None:
        return [(f[0], x[0]), (x[0], f[0])]
    return [(size_f, size_x), (size_x, size_f)]


__all__ = ["SCALAR", "Formula", "Reading", "read", "read_claim", "read_many"]
