r"""From a claim to a question that can be checked: which function, which variable, which value.

Definitions are put in as far as they lead to the variable, and what a text leaves open is stood in for. Nothing is read
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .claims import Claim
from .context import KNOWN, LOSSES, Context, as_name, key_of, keys_in
from .derivatives import Derivative, d_end, power_base
from .expansion import TooLong
from .indices import (
    entries_in_capitals,
    index_letters,
    matrix_letters,
    summation_indices,
    summed,
    targets_of,
    variable_entry,
    with_entries,
)  # fmt: skip
from .names import call, canonical_key, name_end, name_of, name_spans
from .question import Extent, Inner, Question, Unreadable
from .rewrite import Rate, rates, untransposed, with_named_gradients
from .right_side import RightSide
from .tex import Tex, Tok, bare, text_of, tokens
from .unknowns import Unknowns


def pose(claim: Claim, context: Context, extent: Extent = "needed") -> Question:
    """The question that a claim asks.

    `extent` says which definitions are put in: those that lead to the variable, all, that of the function alone, or
    none (a function that is written out in the claim itself may mean its letters as constants). Raises Unreadable with
    the reason.
    """
    try:
        return _Pose(claim, context, extent).question()
    except TooLong:
        raise Unreadable("the definitions make the formula too long") from None


class _Pose:
    def __init__(self, claim: Claim, context: Context, extent: Extent) -> None:
        claim = untransposed(with_named_gradients(claim, context))
        letters = matrix_letters((claim.derivative.function, claim.side, *claim.derivative.wrt))
        self.claim, self.context, self.extent, self.place = (
            entries_in_capitals(claim, letters),
            context,
            extent,
            claim.place,
        )
        self.unknowns = Unknowns(self.claim, context, extent)
        self.inner: list[Inner] = []

    def question(self) -> Question:
        derivative = self.claim.derivative
        if derivative.kind == "differential":
            return self._differential(derivative)
        moving = rates(derivative, self.claim.side, self.context, self.place)
        if moving and (question := self._moving(derivative, moving)) is not None:
            return question
        function, wrt, point = self._variables(derivative)
        entry, base = variable_entry(wrt, self.claim, self.context)
        targets = targets_of(base, entry)
        body = self._function(function, targets)
        right = RightSide(self.claim, targets, self.unknowns)
        side = right.written(self.claim.side)
        self.inner = right.inner
        if derivative.kind == "directional":
            return self._finished(body, base, side, directions=derivative.direction)
        parts = tuple(base) if len(base) > 1 and derivative.kind != "quotient" else ()
        order = derivative.order
        if derivative.kind == "quotient" and order == 2 and key_of(base[0]) != key_of(base[1]):
            return self._finished(body, base, side, parts=tuple(base), mixed=True)
        return self._finished(body, base, side, order=order, parts=parts, entry=entry, point=point)

    def _moving(self, derivative: Derivative, moving: Sequence[Rate]) -> Question | None:
        r"""`\frac{d X^{-1}}{dt} = -X^{-1} \frac{dX}{dt} X^{-1}`: the derivative in the direction of dX/dt."""
        names = {key_of(one.name): one.name for one in moving}
        targets = frozenset(names)
        phrase = self.context.phrase(bare(derivative.function), self.place)
        body = self.unknowns.expanded(derivative.function if phrase is None else phrase, targets)
        if not targets <= keys_in(body) or key_of(bare(derivative.wrt[0])) in keys_in(body):
            return None
        by = key_of(bare(derivative.wrt[0]))
        rate = {key: self.unknowns.stand_in(key, by) for key in names}
        self.unknowns.bodies |= {canonical_key(rate[key]): name for key, name in names.items()}
        out: list[Tok] = []
        at = 0
        for one in moving:
            place = self.claim.side[one.start].at
            out += [*self.claim.side[at : one.start], *tokens(rate[key_of(one.name)], place)]
            at = one.end
        side = self.unknowns.expanded((*out, *self.claim.side[at:]), targets)
        return self._finished(body, list(names.values()), side, directions=tuple(map(tokens, rate.values())))

    def _finished(self, function: Tex, base: Sequence[Tex], side: Tex, **more: object) -> Question:
        side = with_entries(side, matrix_letters((function, *base)))
        derivative, open_ = self.claim.derivative, self.unknowns
        head = call(bare(derivative.function))[0]
        gradient = bool(head) and (derivative.kind == "nabla" or key_of(head) in LOSSES)
        question = Question(function, base[0], side, extent=self.extent, gradient=gradient, place=self.place,
                            stationary=self.claim.stationary, stand_ins=tuple(open_.bodies.items()),
                            written=tuple(open_.written()))  # fmt: skip
        if "directions" in more:
            more["parts"] = tuple(base)
        if more.get("entry"):
            open_.free += [k for k in index_letters(function) if k not in summation_indices(function)]
            question = self._indexed(question, more.get("entry", ()))
        return replace(question, inner=tuple(self.inner), scalars=tuple(open_.scalars), notes=tuple(open_.notes),
                       generics=tuple(open_.generics.items()),
                       defined=tuple(sorted({*open_.defined})), free=tuple(dict.fromkeys(open_.free)), **more)  # type: ignore[arg-type]  # fmt: skip

    def _indexed(self, question: Question, free: object) -> Question:
        """With the sums that Einstein's convention leaves out, in a text that says it uses it."""
        if not self.context.einstein or not isinstance(free, tuple):
            return question
        self.inner = [replace(i, function=summed(i.function, (*free, *i.entry))) for i in self.inner]
        return replace(question, function=summed(question.function, free), claim=summed(question.claim, free))

    def _variables(self, derivative: Derivative) -> tuple[Tex, list[Tex], tuple[Tex, ...]]:
        """The function, its variables, and the point where the text evaluates the derivative."""
        if derivative.wrt:
            wrt = [_in_weight(bare(w), keys_in(derivative.function)) for w in derivative.wrt]
            for one in wrt:
                if not (name_of(one) or name_of(power_base(one)) or "vec" in text_of(one)):
                    raise Unreadable(f"cannot differentiate by {text_of(one)}")
            _, arguments = call(bare(derivative.function))
            if len(arguments) == 1 and len(wrt) == 1 and not keys_in(arguments[0]) & {key_of(wrt[0])}:
                raise Unreadable(f"the derivative is taken at {text_of(arguments[0])}")
            return derivative.function, wrt, ()
        only = _only_vector(derivative.function) if derivative.kind == "nabla" else ()
        if only:
            return derivative.function, [only], ()
        head, arguments = call(derivative.function)
        definition = self.context.definition(key_of(head), self.place) if head else None
        if definition is None and key_of(head) in KNOWN and len(arguments) == 1 and name_of(arguments[0]):
            return derivative.function, list(arguments), ()
        if definition is None or not definition.parameters:
            raise Unreadable(
                f"the text does not say by which variable {text_of(derivative.function)} is differentiated"
            )
        names = [as_name(p) for p in definition.parameters]
        if not arguments:
            return head, names, ()
        if len(arguments) != len(names):
            raise Unreadable(f"{text_of(head)} has {len(names)} arguments in its definition")
        if all(name_of(a) for a in arguments):
            return derivative.function, list(arguments), ()
        return head, names, tuple(arguments)

    def _function(self, function: Tex, targets: frozenset[str]) -> Tex:
        if self.extent == "head":
            definition = self.context.definition(key_of(call(bare(function))[0]), self.place)
            if definition is None or not keys_in(definition.body) & targets:
                raise Unreadable("its own definition does not hold the variable")
            return definition.body
        phrase = self.context.phrase(bare(function), self.place)
        body = self.unknowns.expanded(function if phrase is None else phrase, targets)
        if self.unknowns.is_unknown(body, targets):
            return self.unknowns.pairings(body, targets)
        return body

    def _differential(self, derivative: Derivative) -> Question:
        """`df = ... dX ...`: by the variables whose differentials stand on the right."""
        moved = _moved(self.claim.side)
        if not moved:
            raise Unreadable("no differential stands on the right side")
        targets = frozenset(map(key_of, moved))
        body = self._function(derivative.function, targets)
        side = self.unknowns.expanded(self.claim.side, targets)
        several = tuple(moved) if len(moved) > 1 else ()
        return self._finished(body, moved, side, parts=several, differential=True)


def _only_vector(function: Tex) -> Tex:
    r"""x in `\nabla \|\mathbf{x}\|_2`: the one name in a formula that is not a mere name, if it is bold."""
    names = {key_of(function[i:j]): function[i:j] for i, j in name_spans(function)}
    bold = [key for key in names if key.startswith("b:")]
    return names[bold[0]] if len(bold) == len(names) == 1 and not call(bare(function))[0] else ()


def _in_weight(name: Tex, used: set[str]) -> Tex:
    r"""`\nabla_c \mathbf{c}^\top\mathbf{c}`: the variable as bold as the function has it."""
    key = key_of(name)
    if key not in used and "b:" + key in used and name_of(name):
        return as_name("b:" + key)
    return name


def _moved(side: Tex) -> list[Tex]:
    """The names X for which dX stands in a formula."""
    found: dict[str, Tex] = {}
    i = 0
    while i < len(side):
        begin = d_end(side, i)
        end = name_end(side, begin) if begin > i else begin
        if end > begin > i and not (i and side[i - 1].text in ("_", "^")):
            found.setdefault(key_of(side[begin:end]), side[begin:end])
            i = end
        else:
            i += 1
    return list(found.values())
