r"""From a claim to a question that can be checked: which function, which variable, which value.

Definitions are put in as far as they lead to the variable. An unknown scalar L of known intermediate results becomes a
function of them that is as general as its first derivative needs, L = <G, Z>, so that `dL/dX = dL/dZ Y^T` can be
judged without L; an unknown elementwise function becomes a known one of no special kind. Nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .claims import Claim
from .context import LOSSES, USUAL_FUNCTIONS, Context, Expansion, TooLong, key_of, keys_in, plain
from .derivatives import Derivative, d_end, derivatives
from .names import canonical, is_bold, is_upper, name_end, name_of, name_spans
from .rewrite import Rate, rates, untransposed, with_named_gradients
from .tex import Tex, Tok, bare, group_end, script, split, text_of, tokens

# Names for what stands in the text as a derivative; no document uses them
# (a bold capital is read as a matrix of any shape).
_STANDS_FOR = r"\mathbf{\check{G}}_{%d}"
_GENERIC = r"\operatorname{softplus}"  # smooth, monotone, and no solution of an equation that a text would state
_DEPTH = 5
_KNOWN = frozenset([r"\sigma"])  # readers know it as the logistic function
_GENERIC_NOTE = "{} is any differentiable function, applied entry by entry"


Extent = Literal["needed", "everything", "nothing", "head"]


class Unreadable(Exception):
    """The claim cannot be posed as a question; the message says why."""


@dataclass(frozen=True)
class Inner:
    """`name` stands for the derivative of `function` by `wrt` (an entry of it) on the right of a claim.

    `links` are the intermediate names in it, each with what it is in terms of the claim's own variable.
    """

    name: str
    function: Tex
    wrt: Tex
    entry: tuple[str, ...] = ()
    links: tuple[tuple[Tex, Tex], ...] = ()


@dataclass(frozen=True)
class Question:
    """Is the derivative of `function` by `wrt` equal to `claim`?

    `parts`: by several variables, the claim is the list of their derivatives. `directions`: in these directions, one
    for each variable. `entry`: by one entry of the variable. `differential`: the claim holds dX. `point`: at this
    value of the variable. `stand_ins`: names with formulas that have their shapes; `written`: what the text writes
    for them; `scalars`: names of scalars.
    """

    function: Tex
    wrt: Tex
    claim: Tex
    order: int = 1
    parts: tuple[Tex, ...] = ()
    directions: tuple[Tex, ...] = ()
    entry: tuple[str, ...] = ()
    point: tuple[Tex, ...] = ()
    differential: bool = False
    gradient: bool = False  # of a name, with a nabla, or of a loss: the function is a number
    mixed: bool = False  # by the one variable of `parts`, then by the other
    stationary: bool = False
    inner: tuple[Inner, ...] = ()
    extent: Extent = "needed"
    scalars: tuple[str, ...] = ()
    stand_ins: tuple[tuple[str, Tex], ...] = ()
    written: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    place: int = 0
    free: tuple[str, ...] = ()  # indices of entries that the function is one of
    defined: tuple[int, ...] = ()  # where the definitions stand that were put in

    @property
    def texts(self) -> list[Tex]:
        """All formulas whose names must be typed together."""
        return [self.function, self.claim, *self.parts, *self.directions, *(i.function for i in self.inner)]


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
        self.claim, self.context, self.extent = untransposed(with_named_gradients(claim, context)), context, extent
        self.place = claim.place
        self.stand_ins: dict[tuple[str, ...], str] = {}
        self.scalars: list[str] = []
        self.bodies: dict[str, Tex] = {}
        self.inner: list[Inner] = []
        self.notes: list[str] = []
        self.defined: list[int] = []
        self.free: list[str] = []
        texts = (
            claim.derivative.function,
            claim.side,
            *(d.body for d in context.bodies_of(claim.derivative.function, claim.place)),
        )
        self.bound = set().union(*map(_summation_indices, texts))
        self.other: set[str] = set()  # functions that are not the ones defined in the text
        self.targets: frozenset[str] = frozenset()
        self.primed = _primed_names(claim) | context.elementwise

    def question(self) -> Question:
        letters = _matrices((self.claim.derivative.function, self.claim.side, *self.claim.derivative.wrt))
        self.claim = _entries_in_capitals(self.claim, letters)
        derivative = self.claim.derivative
        if derivative.kind == "differential":
            return self._differential(derivative)
        moving = rates(derivative, self.claim.side, self.context, self.place)
        if moving and (question := self._moving(derivative, moving)) is not None:
            return question
        function, wrt, point = self._variables(derivative)
        entry, base = self._entry(wrt)
        targets = self.targets = _targets(base, entry)
        body = self._function(function, targets)
        side = self._side(self.claim.side, targets)
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
        targets = self.targets = frozenset(names)
        phrase = self.context.phrase(bare(derivative.function), self.place)
        body = self._expanded(derivative.function if phrase is None else phrase, targets)
        if not targets <= keys_in(body) or key_of(bare(derivative.wrt[0])) in keys_in(body):
            return None
        by = key_of(bare(derivative.wrt[0]))
        rate = {key: self._stand_in(key, by) for key in names}
        self.bodies |= {_key(rate[key]): name for key, name in names.items()}
        out: list[Tok] = []
        at = 0
        for one in moving:
            place = self.claim.side[one.start].at
            out += [*self.claim.side[at : one.start], *tokens(rate[key_of(one.name)], place)]
            at = one.end
        side = self._expanded((*out, *self.claim.side[at:]), targets)
        return self._finished(body, list(names.values()), side, directions=tuple(map(tokens, rate.values())))

    def _finished(self, function: Tex, base: Sequence[Tex], side: Tex, **more: object) -> Question:
        side = _with_entries(side, _matrices((function, *base)))
        derivative = self.claim.derivative
        head = call(bare(derivative.function))[0]
        gradient = bool(head) and (derivative.kind == "nabla" or key_of(head) in LOSSES)
        question = Question(function, base[0], side, extent=self.extent, gradient=gradient, place=self.place,
                            stationary=self.claim.stationary, stand_ins=tuple(self.bodies.items()),
                            written=tuple(self._written()))  # fmt: skip
        if "directions" in more:
            more["parts"] = tuple(base)
        if more.get("entry"):
            self.free += [k for k in _index_letters(function) if k not in _summation_indices(function)]
            question = self._indexed(question, more.get("entry", ()))
        return replace(question, inner=tuple(self.inner), scalars=tuple(self.scalars), notes=tuple(self.notes),
                       defined=tuple(sorted({*self.defined})), free=tuple(dict.fromkeys(self.free)), **more)  # type: ignore[arg-type]  # fmt: skip

    def _indexed(self, question: Question, free: object) -> Question:
        """With the sums that Einstein's convention leaves out, in a text that says it uses it."""
        if not self.context.einstein or not isinstance(free, tuple):
            return question
        self.inner = [replace(i, function=summed(i.function, (*free, *i.entry))) for i in self.inner]
        return replace(question, function=summed(question.function, free), claim=summed(question.claim, free))

    # ------------------------------------------------------------------------------------------------ variables

    def _variables(self, derivative: Derivative) -> tuple[Tex, list[Tex], tuple[Tex, ...]]:
        """The function, its variables, and the point where the text evaluates the derivative."""
        if derivative.wrt:
            wrt = [_in_weight(bare(w), keys_in(derivative.function)) for w in derivative.wrt]
            for one in wrt:
                if not name_of(one) and "vec" not in text_of(one):
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
        if definition is None or not definition.parameters:
            raise Unreadable(
                f"the text does not say by which variable {text_of(derivative.function)} is differentiated"
            )
        names = [_as_name(p) for p in definition.parameters]
        if not arguments:
            return head, names, ()
        if len(arguments) != len(names):
            raise Unreadable(f"{text_of(head)} has {len(names)} arguments in its definition")
        if all(name_of(a) for a in arguments):
            return derivative.function, list(arguments), ()
        return head, names, tuple(arguments)

    def _entry(self, wrt: list[Tex]) -> tuple[tuple[str, ...], list[Tex]]:
        """`x_k`, `X_{ab}` and `x_{ab}` as entries of x and X, where the text has these: the indices and the whole."""
        if len(wrt) != 1 or self.context.definition(key_of(wrt[0]), self.place):
            return (), wrt
        found = entry_of(wrt[0], self.context, self.claim.place, (self.claim.derivative.function, self.claim.side))
        return ((), wrt) if found is None else (found[1], [found[0]])

    # ------------------------------------------------------------------------------------------------- function

    def _function(self, function: Tex, targets: frozenset[str]) -> Tex:
        if self.extent == "head":
            definition = self.context.definition(key_of(call(bare(function))[0]), self.place)
            if definition is None or not keys_in(definition.body) & targets:
                raise Unreadable("its own definition does not hold the variable")
            return definition.body
        phrase = self.context.phrase(bare(function), self.place)
        body = self._expanded(function if phrase is None else phrase, targets)
        if self._is_unknown(body, targets):
            return self._unknown(body, targets)
        return body

    def _expanded(self, tex: Tex, targets: frozenset[str]) -> Tex:
        if self.extent in ("nothing", "head"):
            return tex
        return _Expansion(self.context, self.place, targets, self.extent == "everything", self)(tex)

    def _is_unknown(self, body: Tex, targets: frozenset[str]) -> bool:
        """A name that nothing defines, and that is no variable."""
        head, arguments = call(bare(body))
        if not head or keys_in(head) & targets or self._is_constant(head):
            return False
        if arguments and not self.context.is_function(key_of(head), self.place):
            return False
        if arguments and key_of(head) in _KNOWN - self.primed:
            return False
        if self.context.definition(key_of(head), self.place):
            if key_of(head) in self.other or self._has_mentions(key_of(head), targets):
                return True
            raise Unreadable(f"by the definitions of the text {text_of(head)} does not depend on "
                             f"{', '.join(sorted(map(plain, targets)))}")  # fmt: skip
        return True

    def _has_mentions(self, name: str, targets: frozenset[str]) -> bool:
        r"""Does the claim hold \partial L / \partial Z with a Z that leads to the variable? Then it is another L."""
        if self.extent != "needed":
            return False
        for inner in self._mentioned():
            head, _ = call(bare(inner.function))
            if head and key_of(head) == name and len(inner.wrt) == 1 and inner.order == 1:
                key = key_of(self._whole(inner.wrt[0], targets)[0])
                if key not in targets and self._leads(key, targets):
                    self.other.add(name)
                    return True
        return False

    def _is_constant(self, head: Tex) -> bool:
        """Declared as a number: "for any constant $C$"."""
        return any(d.kind == "scalar" for d in self.context.declared(key_of(head), self.place)[:1])

    def _unknown(self, body: Tex, targets: frozenset[str]) -> Tex:
        """<G_1, Z_1> + <G_2, Z_2> ... for an undefined L that the claim's right side differentiates by Z_1, Z_2 ..."""
        name, _ = call(bare(body))
        terms: dict[str, Tex] = {}
        for inner in self._mentioned():
            head, _ = call(bare(inner.function))
            if not head or key_of(head) != key_of(name) or len(inner.wrt) != 1 or inner.order != 1:
                continue
            term = self._pairing(key_of(name), self._whole(inner.wrt[0], targets)[0], targets)
            if term is not None:
                terms.setdefault(text_of(term), term)
        if not terms:
            raise Unreadable(f"{text_of(name)} is not defined before this")
        return _plus(list(terms.values()))

    def _mentioned(self) -> list[Derivative]:
        """The derivatives in the claim, or else in the whole chain of equations that it is a link of."""
        own = derivatives(self.claim.side, self.context.functions)
        return own or [d for side in self.claim.chain for d in derivatives(side, self.context.functions)]

    def _whole(self, wrt: Tex, targets: frozenset[str]) -> tuple[Tex, tuple[str, ...]]:
        """Z and (1, 2) for the entry `z_{1,2}` of an intermediate result Z; any other name as it is."""
        wrt = bare(wrt)
        cut = next((k for k, tok in enumerate(wrt) if tok.text == "_"), 0)
        if not cut or script(wrt, cut + 1)[1] != len(wrt) or self.context.definition(key_of(wrt), self.place):
            return wrt, ()
        indices = _indices(script(wrt, cut + 1)[0])
        known = [(d.place, w) for w in _wholes(wrt[:cut], len(indices)) if indices
                 and (d := self.context.definition(key_of(w), self.place))
                 and self._leads(key_of(w), targets)]  # fmt: skip
        return (max(known, key=lambda one: one[0])[1], indices) if known else (wrt, ())

    def _leads(self, key: str, targets: frozenset[str]) -> bool:
        return self.context.reaches(key, set(targets), self.place)

    def _pairing(self, name: str, wrt: Tex, targets: frozenset[str]) -> Tex | None:
        """<G, Z> with Z written out; None when Z does not lead to a variable."""
        key = key_of(wrt)
        if key in targets:
            return None
        if not self.context.reaches(key, set(targets), self.place):
            raise Unreadable(f"the text does not say how {text_of(wrt)} depends on {', '.join(map(plain, targets))}")
        return self._inner_product(self._stand_in(name, key), self._expanded(wrt, targets))

    def _inner_product(self, stand_in: str, body: Tex) -> Tex:
        self.bodies.setdefault(_key(stand_in), body)
        at = body[0].at
        return (*tokens(rf"\operatorname{{sum}}\left({stand_in} \odot \left(", at), *body,
                *tokens(r"\right)\right)", at))  # fmt: skip

    def _written(self) -> Iterator[tuple[str, str]]:
        for (name, key), stand_in in self.stand_ins.items():
            yield _key(stand_in), rf"\frac{{\partial {plain(name)}}}{{\partial {plain(key)}}}"

    def _stand_in(self, name: str, key: str) -> str:
        return self.stand_ins.setdefault((name, key), _STANDS_FOR % (len(self.stand_ins) + 1))

    def is_scalar(self, tex: Tex) -> bool:
        """As far as a text says: declared, or small, not bold, in a text that has no vector of that name."""
        name = name_of(tex)
        if name is None:
            return False
        said = self.context.declared(key_of(tex), self.place)
        kind = next((d.kind for d in said if d.kind in ("matrix", "vector", "row", "scalar")), "")
        if kind:
            return kind == "scalar"
        return not is_bold(tex) and not is_upper(name)

    # --------------------------------------------------------------------------------------------- the right side

    def _side(self, side: Tex, targets: frozenset[str]) -> Tex:
        """The side with its own derivatives replaced by names that stand for them, then definitions put in."""
        out: list[Tok] = []
        at = 0
        for inner in derivatives(side, self.context.functions):
            out += side[at : inner.start]
            self._refuse_bound(side, inner)
            put = self._inner_derivative(inner, targets)
            at = inner.end
            if inner.kind == "prime":
                out += put
                continue
            out += put
            if at < len(side) and side[at].text == "(" and self._is_evaluation(inner, side, at):
                at = group_end(side, at)
        kept = (*out, *side[at:])
        self._refuse_leftovers(kept)
        return self._expanded(self._without_primes(kept, targets), targets)

    def _refuse_leftovers(self, side: Tex) -> None:
        r"""Notations of derivatives that are not read must not be taken for names: `f_x`, `d_x f`, `D_i f`."""
        for i in range(len(side)):
            end = name_end(side, i)
            if side[i].text in (r"\partial", r"\nabla"):
                raise Unreadable(f"a derivative written {text_of(side[i : i + 6])}")
            if end == i or "_" not in text_of(side[i:end]) or (i and side[i - 1].text == "_"):
                continue
            cut = next(k for k in range(i, end) if side[k].text == "_")
            follows = name_end(side, end) > end or (end < len(side) and side[end].text in ("(", r"\left"))
            operator = text_of(side[i:cut]) in ("d", "D") and follows
            if operator or (cut > i and self._is_derivative_index(side[i:cut], side[cut + 1 : end])):
                raise Unreadable(f"a derivative written {text_of(side[i:end])}")

    def _is_derivative_index(self, head: Tex, index: Tex) -> bool:
        """`f_x` for a function f of x; `f_i` for f, g, h."""
        key = key_of(head)
        if not self.context.is_function(key, self.place) or self._is_declared((*head, Tok("_", 0), *index)):
            return False
        definition = self.context.definition(key, self.place)
        parameters = definition.parameters if definition else ()
        return canonical(bare(index)) in map(plain, parameters) or key in USUAL_FUNCTIONS

    def _is_declared(self, name: Tex) -> bool:
        return bool(
            self.context.declared(key_of(name), self.place) or self.context.definition(key_of(name), self.place)
        )

    def _without_primes(self, side: Tex, targets: frozenset[str]) -> Tex:
        """`y'` of a defined scalar y is its derivative by the claim's variable, and no transpose."""
        out: list[Tok] = []
        i = 0
        while i < len(side):
            end = name_end(side, i)
            primed = end > i and end < len(side) and side[end].text == "'"
            definition = self.context.definition(key_of(side[i:end]), self.place) if primed else None
            if definition is not None and self.is_scalar(side[i:end]) and len(self.claim.derivative.wrt) < 2:
                if len(targets) != 1 or (end + 1 < len(side) and side[end + 1].text in ("'", "(")):
                    raise Unreadable(f"a derivative written {text_of(side[i : end + 1])}")
                name = _STANDS_FOR % (100 + len(self.inner))
                self.inner.append(
                    Inner(_key(name), self._expanded(side[i:end], targets), _as_name(next(iter(targets))))
                )
                out += tokens(name, side[i].at)
                i = end + 1
            else:
                out += side[i : max(end, i + 1)]
                i = max(end, i + 1)
        return tuple(out)

    def _links(self, function: Tex, targets: frozenset[str]) -> tuple[tuple[Tex, Tex], ...]:
        found: dict[str, tuple[Tex, Tex]] = {}
        for i in range(len(function)):
            end = name_end(function, i)
            key = key_of(function[i:end]) if end > i else ""
            if key and key not in targets and key not in found and self.context.reaches(key, set(targets), self.place):
                body = self._expanded(function[i:end], targets)
                if body != function[i:end]:
                    found[key] = (function[i:end], body)
        return tuple(found.values())

    def _refuse_bound(self, side: Tex, inner: Derivative) -> None:
        """A derivative whose value changes with the index of a sum around it has no one name to stand for it."""
        inside = {tok.text for tok in (*inner.function, *(t for w in inner.wrt for t in w))}
        for k in range(inner.start):
            if side[k].text == r"\sum" and k + 1 < len(side) and side[k + 1].text == "_":
                bound = {tok.text for tok in script(side, k + 2)[0] if tok.text.isalpha()}
                if bound & inside and _encloses(side, k, inner.start):
                    raise Unreadable("a derivative under a sum over its index")

    def _is_evaluation(self, inner: Derivative, side: Tex, at: int) -> bool:
        r"""`\frac{\partial f}{\partial u}(u, v)`: the arguments of f repeated, and no product."""
        head, _ = call(bare(inner.function))
        definition = self.context.definition(key_of(head), self.place) if head else None
        given = [key_of(part) for _, part in split(bare(side[at : group_end(side, at)]), lambda tok: tok.text == ",")]
        return definition is not None and bool(definition.parameters) and given == list(definition.parameters)

    def _inner_derivative(self, inner: Derivative, targets: frozenset[str]) -> Tex:
        at = self.claim.side[inner.start].at
        if inner.kind == "prime":
            return self._prime(inner)
        if len(inner.wrt) != 1 or inner.order != 1:
            raise Unreadable("a derivative of higher order, or by several variables, within a formula")
        entry, base = self._entry([bare(inner.wrt[0])])
        if entry and self.context.einstein and inner.start + 1 < len(self.claim.side) > inner.end - inner.start:
            raise Unreadable("a derivative under a sum over its index")
        function = self._inner_function(inner, base[0], _targets(base, entry))
        if isinstance(function, str):
            return tokens(function, at)
        name = _STANDS_FOR % (100 + len(self.inner))
        self.inner.append(Inner(_key(name), function, base[0], entry, self._links((*function, *base[0]), targets)))
        return tokens(name, at)

    def _inner_function(self, inner: Derivative, wrt: Tex, own: frozenset[str]) -> Tex | str:
        """What an inner derivative differentiates, written out; or the name that stands for the derivative itself."""
        body = self._expanded(inner.function, own)
        head, _ = call(bare(body))
        if self._is_unknown(body, own):
            whole, indices = self._whole(inner.wrt[0], self.targets)
            if indices:
                stand_in = self._stand_in(key_of(head), key_of(whole))
                return rf"\left[{stand_in}\right]_{{{','.join(indices)}}}"
            return self._stand_in(key_of(head), key_of(wrt))
        if not keys_in(body) & own:
            raise Unreadable(f"by the definitions of the text {text_of(bare(inner.function))} does not depend on "
                             f"{text_of(wrt)}")  # fmt: skip
        return body

    def _prime(self, inner: Derivative) -> Tex:
        r"""`\phi'(z)` of a function that the text does not define: readers know the primes of functions they know."""
        head, arguments = call(inner.function)
        definition = self.context.definition(key_of(head), self.place)
        at = head[0].at
        if definition is None:
            end = name_end(inner.function, 0)
            return (*tokens(self.generic(head), at), *tokens("'" * inner.order, at), *inner.function[end:])
        if len(definition.parameters) != 1 or len(arguments) != 1 or inner.order != 1:
            raise Unreadable("a derivative of higher order, or by several variables, within a formula")
        wrt = arguments[0] if name_of(arguments[0]) else None
        if wrt is None or not self.is_scalar(wrt):
            raise Unreadable(f"the derivative {text_of(head)}' at {text_of(arguments[0])}")
        name = _STANDS_FOR % (100 + len(self.inner))
        self.inner.append(Inner(_key(name), self._expanded(inner.function, frozenset([key_of(wrt)])), wrt))
        return tokens(name, at)

    def generic(self, head: Tex) -> str:
        """The known function that takes the place of an unknown one, with a note."""
        note = _GENERIC_NOTE.format(text_of(head))
        if note not in self.notes:
            self.notes.append(note)
        return _GENERIC

    def opaque_call(self, head: Tex, arguments: Sequence[Tex], targets: frozenset[str], whole: Tex) -> Tex | None:
        """What takes the place of a call of an unknown function; None when the call does not lead to a variable."""
        key, at = key_of(head), head[0].at
        if key in _KNOWN and key not in self.primed:
            return None
        if not any(keys_in(self._expanded(a, targets)) & targets for a in arguments) and key not in self.primed:
            return None
        if key in self.primed and len(arguments) == 1:
            return (*tokens(self.generic(head), at), *tokens(r"\left(", at), *self._expanded(arguments[0], targets),
                    *tokens(r"\right)", at))  # fmt: skip
        if len(arguments) == 1 and self.is_scalar(arguments[0]) and self.is_scalar_value(key):
            return self._polynomial(key, self._expanded(arguments[0], targets))
        if not self.is_scalar_value(key):
            raise Unreadable(f"{text_of(head)} is not defined")
        terms = [self._pair_or_none(key, a, targets) for a in arguments]
        found = [term for term in terms if term is not None]
        return _plus(found) if found else None

    def refuse_array_of_unknown(self, key: str, targets: frozenset[str]) -> None:
        r"""`\mathbf{u} = g(\mathbf{x})` with an unknown g has no stand-in, unless g works entry by entry."""
        definition = self.context.definition(key, self.place)
        if definition is None or key in targets or not self.context.reaches(key, set(targets), self.place):
            return
        head, arguments = call(bare(definition.body))
        if not arguments or not self.context.is_function(key_of(head), self.place) or key_of(head) in self.primed:
            return
        unknown = self.context.definition(key_of(head), self.place) is None
        if unknown and not self.is_scalar_value(key):
            raise Unreadable(f"{text_of(head)} is not defined")

    def entry_of_defined(self, name: Tex, expansion: Expansion) -> Tex | None:
        r"""`p_i` after `p = \operatorname{softmax}(z)`: that entry of what p is."""
        cut = next((k for k, tok in enumerate(name) if tok.text == "_"), 0)
        if not cut or script(name, cut + 1)[1] != len(name) or self._is_declared(name):
            return None
        indices = _indices(script(name, cut + 1)[0])
        general = self.context.indexed_definition(key_of(name[:cut]), self.place) if len(indices) == 1 else None
        if general is not None and self.context.reaches(general.name, set(expansion.targets), self.place):
            self.free += [k for k in indices if k.isalpha() and k not in self.bound]
            self.defined.append(general.place)
            body = with_index(general.body, {general.name[-1]: indices[0]})
            return _in_brackets(expansion(body, 1))
        for whole in _wholes(name[:cut], len(indices)) if len(indices) in (1, 2) else ():
            key = key_of(whole)
            definition = self.context.definition(key, self.place)
            if definition is None or definition.parameters or not self.context.reaches(
                key, set(expansion.targets), self.place):  # fmt: skip
                continue
            self.free += [k for k in indices if k.isalpha() and k not in self.bound]
            self.defined.append(definition.place)
            at = name[0].at
            return (*tokens(r"\left[", at), *expansion(definition.body, 1), *tokens(r"\right]", at), *name[cut:])
        return None

    def is_scalar_value(self, key: str) -> bool:
        return not key.startswith("b:") and not (is_upper(plain(key)) and key not in LOSSES)

    def _pair_or_none(self, key: str, wrt: Tex, targets: frozenset[str]) -> Tex | None:
        body = self._expanded(wrt, targets)
        if not keys_in(body) & targets:
            return None
        return self._inner_product(self._stand_in(key, key_of(wrt)), body)

    def _polynomial(self, key: str, body: Tex) -> Tex:
        """A function of one scalar with free value, slope and curvature."""
        a, b, c = (self._stand_in(key, power) for power in "012")
        self.scalars += [_key(name) for name in (a, b, c) if _key(name) not in self.scalars]
        inside = text_of(body)
        return tokens(rf"\left({a} + {b} \cdot \left({inside}\right) + {c} \cdot \left({inside}\right)^2\right)",
                      body[0].at)  # fmt: skip

    # ------------------------------------------------------------------------------------------- differentials

    def _differential(self, derivative: Derivative) -> Question:
        """`df = ... dX ...`: by the variables whose differentials stand on the right."""
        moved = _moved(self.claim.side)
        if not moved:
            raise Unreadable("no differential stands on the right side")
        targets = frozenset(map(key_of, moved))
        body = self._function(derivative.function, targets)
        side = self._expanded(self.claim.side, targets)
        several = tuple(moved) if len(moved) > 1 else ()
        return self._finished(body, moved, side, parts=several, differential=True)


class _Expansion(Expansion):
    """An expansion that also gives unknown functions a body."""

    def __init__(self, context: Context, place: int, targets: frozenset[str], everything: bool, posed: _Pose) -> None:
        super().__init__(context, place, targets, everything)
        object.__setattr__(self, "posed", posed)

    def _replacement(self, tex: Tex, i: int, end: int, depth: int) -> tuple[Tex, int] | None:
        posed: _Pose = self.posed  # type: ignore[attr-defined]
        key = key_of(tex[i:end])
        posed.refuse_array_of_unknown(key, self.targets)
        found = super()._replacement(tex, i, end, depth)
        if found is not None:
            definition = self.context.definition(key, self.place)
            posed.defined += [definition.place] if definition is not None else []
            return found
        entry = None if key in self.targets else posed.entry_of_defined(tex[i:end], self)
        if entry is not None:
            return entry, end
        if key in self.targets or not self.context.is_function(key, self.place):
            return None
        if end >= len(tex) or tex[end].text not in ("(", r"\left"):
            return None
        after = group_end(tex, end)
        arguments = [part for _, part in split(bare(tex[end:after]), lambda tok: tok.text in (",", ";"))]
        put = posed.opaque_call(tex[i:end], arguments, self.targets, tex[i:after])
        return None if put is None else (_in_brackets(put), after)


def _only_vector(function: Tex) -> Tex:
    r"""x in `\nabla \|\mathbf{x}\|_2`: the one name in a formula that is not a mere name, if it is bold."""
    names = {key_of(function[i:j]): function[i:j] for i, j in name_spans(function)}
    bold = [key for key in names if key.startswith("b:")]
    return names[bold[0]] if len(bold) == len(names) == 1 and not call(bare(function))[0] else ()


def _key(name: str) -> str:
    return canonical(tokens(name))


def _in_brackets(tex: Tex) -> Tex:
    at = tex[0].at
    return (*tokens(r"\left(", at), *tex, *tokens(r"\right)", at))


def _plus(terms: Sequence[Tex]) -> Tex:
    out = list(terms[0])
    for term in terms[1:]:
        out += [Tok("+", term[0].at, True), *term]
    return tuple(out)


def _as_name(key: str) -> Tex:
    name = plain(key)
    return tokens(rf"\mathbf{{{name}}}" if key != name else name)


def _encloses(tex: Tex, k: int, place: int) -> bool:
    """Does the sum at k reach to a place: no bracket closed and no term ended before it?"""
    i = k + 1
    while i < place:
        if tex[i].text in ("+", "-", ")", "]", "}", r"\right") and i > k + 1:
            return False
        i = script(tex, i + 1)[1] if tex[i].text in ("_", "^") else group_end(tex, i)
    return True


def _in_weight(name: Tex, used: set[str]) -> Tex:
    r"""`\nabla_c \mathbf{c}^\top\mathbf{c}`: the variable as bold as the function has it."""
    key = key_of(name)
    if key not in used and "b:" + key in used and name_of(name):
        return _as_name("b:" + key)
    return name


def _targets(base: Sequence[Tex], entry: tuple[str, ...]) -> frozenset[str]:
    """The keys of the variables; entries of a bold vector are often set light."""
    keys = {key_of(w) for w in base}
    return frozenset(keys | {plain(k) for k in keys} if entry else keys)


def call(tex: Tex) -> tuple[Tex, list[Tex]]:
    """The name and the arguments of `f(x, y)`; a name alone has none; nothing at all for another formula."""
    end = name_end(tex, 0)
    if not end:
        return (), []
    if end == len(tex):
        return tex, []
    if tex[end].text not in ("(", r"\left") or group_end(tex, end) != len(tex):
        return (), []
    return tex[:end], [part for _, part in split(bare(tex[end:]), lambda tok: tok.text in (",", ";"))]


def _primed_names(claim: Claim) -> set[str]:
    """The functions of which the claim uses f'."""
    found = set()
    for i in range(len(claim.side)):
        end = name_end(claim.side, i)
        if end > i and end < len(claim.side) and claim.side[end].text == "'":
            found.add(key_of(claim.side[i:end]))
    return found


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


# ---------------------------------------------------------------------------------------------------------- entries


def entry_of(tex: Tex, context: Context, place: int, near: Iterable[Tex]) -> tuple[Tex, tuple[str, ...]] | None:
    r"""The whole and the indices of an entry: `x_k` of a vector x, `X_{ab}` or `x_{ab}` of a matrix X; else None."""
    cut = next((k for k, tok in enumerate(tex) if tok.text == "_"), 0)
    if not cut or script(tex, cut + 1)[1] != len(tex):
        return None
    head, indices = tex[:cut], _indices(script(tex, cut + 1)[0])
    if len(indices) not in (1, 2):
        return None
    near = list(near)
    used = set().union(*(keys_in(one) for one in near))
    alone = _standing_alone(near, context, place)
    if len(indices) == 1 and key_of(head) in alone and key_of(tex) not in _standing_alone(near[:1], context, place):
        return head, indices
    if len(indices) == 1:
        used = alone
    for whole in _wholes(head, len(indices)):
        if _is_array(whole, len(indices), context, place, used):
            return whole, indices
    return None


def _index_of(key: str) -> frozenset[str]:
    """The i of s_i."""
    return frozenset(key[-1:]) if len(key) > 2 and key[-2] == "_" and key[-1].isalpha() else frozenset()


def _standing_alone(near: Iterable[Tex], context: Context, place: int, depth: int = 0,
                    running: frozenset[str] = frozenset()) -> set[str]:  # fmt: skip
    """The names that stand without an index in formulas and in the definitions that they rest on."""
    found: set[str] = set()
    for one in near:
        bound = _summation_indices(one) | running
        for i, j in name_spans(one):
            key = key_of(one[i:j])
            cut = next((k for k in range(i, j) if one[k].text == "_"), i)
            runs = cut > i and bool(bound & set(_indices(script(one, cut + 1)[0])))
            definition = context.definition(key, place) if key not in found and depth < _DEPTH else None
            found.add(key_of(one[i:cut]) if runs else key)
            if definition is not None:
                found |= _standing_alone([definition.body], context, place, depth + 1, _index_of(definition.name))
                found |= set(definition.parameters)
    return found


def _indices(inside: Tex) -> tuple[str, ...]:
    words = [tok.text for tok in inside if tok.text != ","]
    return tuple(words) if all(len(w) == 1 and w.isalnum() for w in words) else ()


def _wholes(head: Tex, count: int) -> list[Tex]:
    """What `x` in `x_{ab}` may be an entry of: itself, itself in bold, the capital letter."""
    name = name_of(head) or ""
    found = [head, tokens(rf"\mathbf{{{name}}}", head[0].at)]
    if count == 2 and len(name) == 1 and name.islower():
        found += [tokens(rf"\mathbf{{{name.upper()}}}", head[0].at)]
    return found


def _is_array(whole: Tex, count: int, context: Context, place: int, used: set[str]) -> bool:
    key = key_of(whole)
    if any(d.kind in (("matrix",) if count == 2 else ("vector", "row")) for d in context.declared(key, place)):
        return True
    return key in used and (key.startswith("b:") or is_upper(plain(key)))


def _matrices(texs: Iterable[Tex]) -> set[str]:
    """The small letters of the matrices that are used: `v` for V."""
    return {key.lower() for tex in texs for key in keys_in(tex) if len(key) == 1 and key.isupper()}


def _entries_in_capitals(claim: Claim, letters: set[str]) -> Claim:
    r"""`v_{ab}` written as `V_{ab}` where the claim has a matrix V, so that a reader knows what it is an entry of."""
    derivative = replace(claim.derivative, function=_with_entries(claim.derivative.function, letters),
                         wrt=tuple(_with_entries(w, letters) for w in claim.derivative.wrt))  # fmt: skip
    return replace(claim, derivative=derivative, side=_with_entries(claim.side, letters))


def _with_entries(tex: Tex, letters: set[str]) -> Tex:
    if not letters:
        return tex
    out: list[Tok] = []
    for k, tok in enumerate(tex):
        entry = tok.text in letters and k + 2 < len(tex) and tex[k + 1].text == "_"
        entry = entry and len(_indices(script(tex, k + 2)[0])) == 2 and not (k and tex[k - 1].text == "_")
        out.append(Tok(tok.text.upper(), tok.at, tok.spaced) if entry else tok)
    return tuple(out)


def summed(tex: Tex, free: Sequence[str]) -> Tex:
    r"""`x_i a_{ij} x_j` with its sums, `\sum_{i} \sum_{j} x_i a_{ij} x_j`, over all indices but the free ones."""
    out: list[Tok] = []
    for mark, term in split(bare(tex), lambda tok: tok.text in ("+", "-")):
        bound = _summation_indices(term)
        dummies = [k for k in dict.fromkeys(_index_letters(term)) if k not in free and k not in bound]
        out += [mark] if mark else []
        for k in dummies:
            out += tokens(rf"\sum_{{{k}}} ", term[0].at)
        out += term
    return tuple(out)


def _index_letters(tex: Tex) -> list[str]:
    found: list[str] = []
    for k, tok in enumerate(tex):
        if tok.text == "_" and not (k and tex[k - 1].text == r"\sum"):
            found += [word for word in _indices(script(tex, k + 1)[0]) if word.isalpha() and word.islower()]
    return found


def _summation_indices(tex: Tex) -> set[str]:
    return {tok.text for k in range(len(tex) - 1) if tex[k].text == r"\sum" and tex[k + 1].text == "_"
            for tok in script(tex, k + 2)[0]}  # fmt: skip


def with_index(tex: Tex, values: dict[str, str]) -> Tex:
    """The formula with numbers for free indices: `x_k` for k = 2 is `x_2`."""
    values = {k: v for k, v in values.items() if k not in _summation_indices(tex)}
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text == "_" and i + 1 < len(tex) and not (i and tex[i - 1].text == r"\sum"):
            inside, end = script(tex, i + 1)
            if len(_indices(inside)) in (1, 2):
                words = [Tok(values.get(word, word), tex[i].at) for word in _indices(inside)]
                if i and tex[i - 1].text == r"\delta" and len(words) == 2 and all(w.text.isdigit() for w in words):
                    out[-1] = Tok("1" if words[0].text == words[1].text else "0", tex[i].at, out[-1].spaced)
                    i = end
                    continue
                comma = [Tok(",", tex[i].at)] if len(words) == 2 else []
                out += [tex[i], Tok("{", tex[i].at), words[0], *comma, *words[1:], Tok("}", tex[i].at)]
                i = end
                continue
        out.append(tex[i])
        i += 1
    return tuple(out)
