"""Steps: a derivation in the order that reads well.

The differential, one law at a time, outermost first; distribute; bring dX to the right; collect; read off; the
gradient. Where lines would grow too long, the parts get names first, and df is carried back from name to name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import algebra as al
from . import law as laws
from . import leaves, maps
from .adjoint import pullback
from .book import Book, Row
from .conditions import conditions
from .errors import NoClosedForm, NoRule
from .evidence import Ground
from .forward import Definition, Forward, Stage, forward, free_names, is_layered, spelling, sweep, varying
from .law import Law
from .linear_map import coefficient
from .members import in_words, inside, member_tangents
from .nodes import ONE, ZERO, Node, depends, make, placeholder, walk
from .normal import collect, polish
from .rebuilding import substitute
from .rule import d, tangent
from .sizes import is_one
from .step_record import DEFINED, EQUAL, READ_OFF, STACKED, TRANSPOSED, Step, direction_of, stacked
from .structure import in_its_place, projected, properties_of, structure
from .text import unicode
from .unfold import Unfolding, distributed, factors, is_mark, moving_laws, path_to, right_form, settled

if TYPE_CHECKING:
    from .derivation import Derivation

WIDE = 72  # characters; a longer line asks for names
LARGE = 80  # nodes; f is not even tried without names
TERMS = 12  # more terms than this are not written out one by one
UNNAMED = "without the names"


def steps(derivation: Derivation) -> tuple[Step, ...]:
    """The steps from d(f) to derivation.result; to the differential where no matrix holds the derivative.

    Raises what `derivation.result` raises where there is no derivative at all, such as NoRule.
    """
    written = _written(derivation)
    return (*written, *_inside(derivation, written[-1])) if derivation.wrt.op == "item" and written else written


def _inside(derivation: Derivation, last: Step) -> Iterator[Step]:
    """The derivative by a member that is not at an end of its family, where it differs from what holds for all."""
    found, bounds = inside(derivation.result)
    if bounds:
        after = polish(collect([found]), derivation.function)
        ground = replace(last.ground, also=(*last.ground.also, after))  # away from the ends
        yield Step(f"for {in_words(bounds)}", derivation.result, after, subject=last.subject, ground=ground)


def _written(derivation: Derivation) -> tuple[Step, ...]:
    f, variables, stands_for = _problem(derivation.function, derivation.wrt)
    known = _known(derivation)
    plain = Ground(f, variables, (), stands_for)
    written: tuple[Step, ...] = ()
    if f.weight <= LARGE and not (derivation.layered and is_layered(f, variables)):
        written = _plainly(derivation, plain, known)
        if not _too_wide(written):
            return written
    cut = forward(f, variables, derivation.book)
    if not cut.definitions:
        return written or _plainly(derivation, plain, known)
    if f.is_scalar:
        return _by_names(derivation, cut, variables, stands_for)
    return _forward_by_names(derivation, cut, variables, stands_for, known)


def _known(derivation: Derivation) -> bool:
    """Whether a matrix holds the derivative."""
    try:
        return derivation.result is not None
    except NoClosedForm:
        return False


def _too_wide(written: Iterable[Step]) -> bool:
    return any(is_wide(n) for s in written if s.relation == EQUAL for n in (s.before, s.after))


def is_wide(n: Node) -> bool:
    """True for an expression too long for a line; a large one is not printed to find out."""
    return n.weight > 3 * WIDE or len(unicode(n)) > WIDE


def _problem(f: Node, x: Node) -> tuple[Node, tuple[Node, ...], dict[Node, Node]]:
    """f by symbols; a variable such as X^T or X^-1 gets a symbol of its own."""
    if x.op in ("symbol", "item"):
        return f, (x,), {}
    if x.op == "explicit":
        return f, x.args, {}
    inner = x.args[0]
    kept = properties_of(x)
    fresh = placeholder(inner.name + "'" if inner.op == "symbol" else "z'", x.shape, kept)
    return in_its_place(f, x, fresh), (fresh,), {fresh: x}


# --- without names ----------------------------------------------------------------------------------------------
def _plainly(derivation: Derivation, ground: Ground, known: bool) -> tuple[Step, ...]:
    """From d(f) to the result in one chain of equations."""
    writer = Writer(ground, derivation.book)
    try:
        change = writer.differential(ground.function, {v: tangent(v) for v in ground.variables})
    except (NoRule, NoClosedForm):
        if not known:
            raise
        writer = Writer(ground, derivation.book)  # the sweep knows more than the laws in sequence, as in tr(A f(X))
        change = writer.now = d(ground.function)
    if known:
        (_scalar if ground.function.is_scalar else _vector)(writer, derivation, change)
    return tuple(writer.steps)


def _scalar(writer: Writer, derivation: Derivation, change: Node) -> None:
    """df = tr(G^T dX), the Jacobian, the gradient."""
    variables = writer.ground.variables
    dx = direction_of(variables)
    if not is_mark(change):
        writer.bring_right(change, [tangent(v) for v in variables])
    free = writer.fresh(al.transpose(derivation._free))
    gradient = writer.fresh(derivation.gradient)
    said = _structure(derivation)
    writer.to("collect", right_form(free if said else gradient, dx))
    if said:
        writer.to(f"the differential is {said}", right_form(gradient, dx))
    _read_off(writer, derivation)


def _structure(derivation: Derivation) -> str:
    return " and ".join(structure(derivation.wrt)).replace("toeplitz", "Toeplitz")


def _read_off(writer: Writer, derivation: Derivation) -> None:
    """From df = J dx to the Jacobian and the gradient."""
    dx = direction_of(writer.ground.variables)
    if dx.is_scalar:
        writer.write("read off the derivative", derivation.result, relation=READ_OFF, subject="dt")
        return
    is_column, strict = is_one(dx.shape[1]), derivation.layout == "numerator-strict"
    if is_column or strict:
        writer.write("read off the Jacobian", derivation.jacobian, relation=READ_OFF, subject="J")
    if is_column and not strict:
        writer.write("the gradient is the transposed Jacobian", derivation.result, relation=TRANSPOSED, subject="grad")
    elif not strict:
        writer.write("read off the gradient", derivation.result, relation=READ_OFF, subject="grad")


def _vector(writer: Writer, derivation: Derivation, change: Node, in_names: bool = False) -> None:
    """dy = J dx, or dY = Y' dt, or vec dY = J vec dX; J in names is read off as it is."""
    dx = direction_of(writer.ground.variables)
    jacobian = writer.fresh(derivation.jacobian)
    plain = dx.is_scalar or (is_one(change.shape[1]) and is_one(dx.shape[1]))
    if plain and not in_names:
        writer.to("collect", al.scale(dx, jacobian) if dx.is_scalar else _applied(jacobian, dx))
    elif not plain:
        writer.write("vec of both sides", _applied(jacobian, stacked(dx)), relation=STACKED, subject="vec")
    name, subject = ("derivative", "dt") if dx.is_scalar else ("Jacobian", "J")
    if in_names and change.op == "matmul" and change.args[-1] is dx:
        writer.write(f"read off the {name}", al.matmul(change.args[:-1]), relation=READ_OFF, subject=subject)
        writer.to(UNNAMED, derivation.jacobian, subject=subject)
    else:
        writer.write(f"read off the {name}", derivation.jacobian, relation=READ_OFF, subject=subject)
    if derivation.result is not derivation.jacobian:
        writer.write("denominator layout: transpose", derivation.result, relation=TRANSPOSED, subject="Jt")


def _applied(jacobian: Node, column: Node) -> Node:
    """J dx as it reads."""
    if leaves.is_zero(jacobian):
        return leaves.zeros(jacobian.shape[0], 1)
    s, m = (jacobian.args[0], jacobian.args[1]) if jacobian.op == "scale" else (ONE, jacobian)
    return al.scale(s, column if m.op == "eye" else make("matmul", (*factors(m), column), (jacobian.shape[0], 1)))


# --- with names -------------------------------------------------------------------------------------------------
def _by_names(
    derivation: Derivation, cut: Forward, variables: tuple[Node, ...], stands_for: Mapping[Node, Node]
) -> tuple[Step, ...]:
    """Backprop as a person writes it: names, then df through the last name, the one before, down to X."""
    stages, gradients = sweep(cut, variables, derivation.book)
    deltas = [(s.delta, s.cotangent) for s in stages if s.delta is not None]
    f = _whole(cut)
    ground = Ground(f, variables, (*cut.definitions, *deltas), stands_for)
    writer = Writer(ground, derivation.book)
    _name(writer, cut, f)
    keep, moving = cut.written, varying(cut, variables) | set(variables)
    received: dict[Node, list[Node]] = {}
    writer.now = d(cut.body)
    for stage in stages:
        received.pop(stage.name, None)
        if stage.delta is not None:
            writer.define(stage.delta, stage.cotangent)
            writer.to("in this name", _total({stage.name: [stage.delta], **received}, keep))
        part = _block(writer, stage, cut, moving)
        for leaf, g in stage.contributions.items():
            received.setdefault(leaf, []).append(g)
        writer.write(_rules(part), _total(received, keep), substeps=part, row=_leading(part))
    _named_end(writer, derivation, gradients)
    return tuple(writer.steps)


def _whole(cut: Forward) -> Node:
    """f as the user wrote it."""
    return substitute(cut.body, cut.meaning) if cut.definitions else cut.body


def _name(writer: Writer, cut: Forward, f: Node) -> None:
    for name, meaning in cut.definitions:
        writer.define(name, meaning)
    writer.now = f
    writer.write("in these names", cut.body, subject="f")


def _total(received: Mapping[Node, Sequence[Node]], keep: set[Node]) -> Node:
    """The sum of <G, dv> over what df still depends on."""
    return al.add([right_form(polish(collect(gs), keep), tangent(v)) for v, gs in received.items()] or [ZERO])


def _block(writer: Writer, stage: Stage, cut: Forward, moving: set[Node]) -> tuple[Step, ...]:
    """The steps of one definition: dz = W dx + db."""
    inner = Writer(writer.ground, writer.book, subject="df" if stage.name is cut.body else tangent(stage.name))
    try:
        inner.differential(stage.definition, {v: tangent(v) for v in walk(stage.definition) if v in moving})
    except (NoRule, NoClosedForm):
        return ()
    return tuple(inner.steps)


def _rules(part: Sequence[Step]) -> str:
    """The laws of a block by name; linearity goes without saying."""
    names = dict.fromkeys(s.rule for s in part if s.row is not laws.LINEARITY)
    return ", ".join(names) or laws.LINEARITY.name


def _leading(part: Sequence[Step]) -> Row | Law | None:
    return next((s.row for s in part if s.row is not laws.LINEARITY), part[0].row if part else None)


def _named_end(writer: Writer, derivation: Derivation, gradients: Mapping[Node, Node]) -> None:
    """The gradient in names, and what derivation.result says without them."""
    variables = writer.ground.variables
    dx = direction_of(variables)
    free = gradients[variables[0]] if len(variables) == 1 else maps.explicit([[gradients[v]] for v in variables])
    writer.to("collect", right_form(free, dx))
    said = _structure(derivation)
    gradient = projected(free, derivation.wrt) if said else free
    if said:
        writer.to(f"the differential is {said}", right_form(gradient, dx))
    strict = derivation.layout == "numerator-strict" and not dx.is_scalar
    subject, name = ("dt", "derivative") if dx.is_scalar else ("J", "Jacobian") if strict else ("grad", "gradient")
    if is_one(dx.shape[1]) and not dx.is_scalar:
        writer.write("read off the Jacobian", al.transpose(gradient), relation=READ_OFF, subject="J")
        if not strict:
            writer.write("the gradient is the transposed Jacobian", gradient, relation=TRANSPOSED, subject="grad")
    else:
        writer.write(
            f"read off the {name}", al.transpose(gradient) if strict else gradient, relation=READ_OFF, subject=subject
        )
    writer.to(UNNAMED, writer.fresh(derivation.result), subject=subject)
    writer.to("put back", derivation.result, subject=subject)


def _forward_by_names(
    derivation: Derivation, cut: Forward, variables: tuple[Node, ...], stands_for: Mapping[Node, Node], known: bool
) -> tuple[Step, ...]:
    """The chain rule from the outside in: dy in dz, dz in da, down to dx."""
    f, moving = _whole(cut), varying(cut, variables)
    names = [v for v, _ in cut.definitions if v in moving]
    definitions = list(cut.definitions)
    writer = Writer(Ground(f, variables, definitions, stands_for), derivation.book)
    _name(writer, cut, f)
    change = writer.differential(cut.body, {v: tangent(v) for v in (*variables, *names)})
    chain = _Chain(writer, definitions, all(is_one(v.shape[1]) for v in (f, *variables, *names)))
    ends = [*variables, *names]
    occurring = set(ends)
    change = chain.gathered(change, ends)
    writer.to("collect", change)
    for v, meaning in reversed(cut.definitions):
        change = chain.named(change, v)
        if tangent(v) in set(walk(change)):
            inner = Writer(writer.ground, writer.book, subject=tangent(v))
            part = inner.differential(meaning, {u: tangent(u) for u in walk(meaning) if u in occurring})
            part = substitute(part, {meaning: v})
            change = chain.gathered(settled(substitute(change, {tangent(v): part})), ends)
            writer.write(_rules(inner.steps), change, substeps=tuple(inner.steps), row=_leading(inner.steps))
    if known:
        _vector(writer, derivation, change, in_names=True)
    return tuple(writer.steps)


class _Chain:
    """df = J dv + ..., with a name for each J, where everything is a column; otherwise dv is put in as it stands."""

    def __init__(self, writer: Writer, definitions: list[Definition], columns: bool) -> None:
        self.writer, self.definitions, self.columns = writer, definitions, columns
        self.taken = {spelling(n.name) for n in walk(writer.ground.function) if n.op in ("symbol", "item")} | {
            spelling("J")
        }

    def gathered(self, change: Node, ends: Sequence[Node]) -> Node:
        """The sum of J dv over the ends."""
        held = set(walk(change))
        present = [tangent(v) for v in ends if tangent(v) in held]
        if not self.columns:
            return change
        try:
            return al.add([_applied(self._factor(change, t, present), t) for t in present])
        except NoClosedForm:
            return change

    def _factor(self, change: Node, t: Node, present: Sequence[Node]) -> Node:
        alone = substitute(change, {o: leaves.zeros_like(o) for o in present if o is not t})
        return leaves.eye(t.shape[0]) if alone is t else coefficient(alone, t)

    def named(self, change: Node, v: Node) -> Node:
        """A name for the J before dv, where it is more than a symbol."""
        t = tangent(v)
        if not self.columns or change.op != "matmul" or change.args[-1] is not t or len(change.args) < 3:
            return change
        jacobian = al.matmul(change.args[:-1])
        (name,) = free_names("J", 1, self.taken)
        symbol = placeholder(name, jacobian.shape)
        self.definitions.append((symbol, jacobian))
        self.writer.define(symbol, jacobian)
        after = make("matmul", (symbol, t), change.shape)
        self.writer.to("in this name", after)
        return after


# --- writing ----------------------------------------------------------------------------------------------------
def _reads(n: Node) -> list[str]:
    """What stands on paper, whatever the order of its terms."""
    return sorted(map(unicode, n.args if n.op == "add" else (n,)))


class Writer:
    """Steps as they are written, each beginning where the last ended."""

    def __init__(self, ground: Ground, book: Book, subject: Node | str = "df") -> None:
        self.ground, self.book, self.subject = ground, book, subject
        self.steps: list[Step] = []
        self.now: Node = ONE

    def write(self, rule: str, after: Node, **facts: Any) -> None:
        self.steps.append(Step(rule, self.now, after, **{"subject": self.subject, "ground": self.ground, **facts}))
        self.now = after

    def to(self, rule: str, after: Node, **facts: Any) -> None:
        """A step to an equal expression; none where it reads the same, only its product is arranged otherwise."""
        if after is self.now:
            return
        if self.steps and self.steps[-1].relation == EQUAL and _reads(after) == _reads(self.now):
            self.steps[-1] = replace(self.steps[-1], after=after)
            self.now = after
        else:
            self.write(rule, after, **facts)

    def define(self, name: Node, meaning: Node) -> None:
        """A name for an expression; what is being rewritten stays."""
        self.steps.append(Step("name", meaning, name, relation=DEFINED, subject=name, ground=self.ground))

    def fresh(self, node: Node) -> Node:
        """A result in terms of the variable's own symbol."""
        own = {x: fresh for fresh, x in self.ground.stands_for.items()}
        return substitute(node, own) if own else node

    # --- the differential ---
    def differential(self, y: Node, tangents: Mapping[Node, Node]) -> Node:
        """dy in the tangents, one law at a time, outermost first."""
        tangents = {**tangents, **member_tangents(y, tangents)}
        self.now = tangents.get(y) or d(y)
        active = depends(y, tangents)
        if y not in active:
            self.write("constant", leaves.zeros_like(y))
            return self.now
        unfolding = Unfolding(tangents, active, self.book)
        while marks := [n for n in walk(self.now) if is_mark(n)]:
            linear = [m for m in marks if unfolding.is_linear(m.args[0])]
            if linear:
                self._unfold(laws.LINEARITY, linear, unfolding.linear)
                continue
            row = unfolding.row(marks[-1].args[0])
            self._unfold(row, [m for m in marks if unfolding.row(m.args[0]) is row], unfolding.once)
        return self.now

    def _unfold(self, row: Row | Law, marks: Sequence[Node], how: Callable[[Node], Node]) -> None:
        after = settled(substitute(self.now, {m: how(m.args[0]) for m in marks}))
        used = tuple(c for m in marks for c in conditions(m.args[0], [m.args[0]], self.book))
        self.write(row.name, after, where=path_to(self.now, marks[0]), row=row, conditions=used)

    # --- dX to the right ---
    def bring_right(self, change: Node, tangents: Iterable[Node]) -> None:
        """Distribute, then write every term with its differential last."""
        terms = distributed(change, list(tangents))
        if len(terms) > TERMS:
            return
        self.to(laws.DISTRIBUTE.name, settled(al.add(terms)), row=laws.DISTRIBUTE)
        for t in tangents:
            names = moving_laws(terms, t)
            terms = [_moved(term, t) for term in terms]
            self.to(", ".join(law.name for law in names) or "rearrange", al.add(terms), row=names[0] if names else None)


def _moved(term: Node, t: Node) -> Node:
    """A term with the differential t last; unchanged if it does not hold it."""
    return right_form(pullback(term, [t], ONE, combine=collect)[t], t) if t in set(walk(term)) else term


__all__ = ["Definition", "Step", "steps"]
