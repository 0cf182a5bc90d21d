"""A verdict on one claim: the question it asks is read and verified.

Where the text leaves a choice, every reading of it must fail before the claim is called wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from .. import algebra, leaves
from ..claim import compare, gather, problem, with_tangents
from ..errors import DeriveError, ReadError, ShapeError
from ..functions import basis
from ..leaves import zeros
from ..maps import inner as inner_product
from ..maps import vec
from ..nodes import Node, symbol, walk
from ..rebuilding import substitute
from ..sizes import is_one
from ..verbs import derive
from .claims import Claim, is_zero
from .context import Context, key_of, keys_in, plain
from .declared import is_dots, matrix_rows
from .derivatives import derivatives
from .names import is_upper, name_of, name_spans
from .pose import Extent, Question, Unreadable, call, pose, with_index
from .reading import Expressions, QuestionReader, Typing, read_question
from .report import Status
from .tex import Tex, Tok, text_of, tokens

_RANK = {"correct": 0, "wrong": 1, "inconclusive": 2, "skipped": 3}
_INTERNAL = "internal error"
_MAX_VECTORS = 2
_MAX_COLUMNS = 3
_CONSTANTS = frozenset(["I", "e", "i"])


class Diagnosis(Protocol):
    kind: str
    message: str
    repaired: Any


class Verdict(Protocol):
    """What `verify` returns, as far as it is used here."""

    status: str
    layout: str
    conditions: Any
    diagnosis: Diagnosis | None


Verify = Callable[[Node, Node, Node], Verdict]
Fails = Callable[[Node, Node, Node], bool]
Posed = tuple[Node, Node, Node]  # function, variable, claim


def fails_at_once(function: Node, wrt: Node, claim: Node) -> bool:
    """Do two instances suffice to call the claim wrong? A diagnosis is asked for only when all readings have failed."""
    posed = problem(function, wrt, claim, 1, ())
    return compare(posed, claim, gather(posed, 2), None).status == "wrong"


@dataclass(frozen=True)
class Outcome:
    """The verdict on a claim; `question` and `read` are how it was understood."""

    status: Status
    reason: str = ""
    verdict: Verdict | None = None
    kind: str = ""
    message: str = ""
    repaired: str = ""
    question: Question | None = None
    read: Expressions | None = None
    assumptions: tuple[str, ...] = ()
    condition: bool = False  # `gradient = 0`: an equation to be solved
    posed: Posed | None = None  # what is wrong here and has no diagnosis yet

    @property
    def settled(self) -> bool:
        """Was the claim read, so that the outcome is more than a failure to read?"""
        return self.status in ("correct", "wrong") or (self.read is not None and self.read.claim is not None)

    @property
    def layout(self) -> str:
        return (self.verdict.layout or "") if self.verdict is not None else ""

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(map(str, self.verdict.conditions or ())) if self.verdict is not None else ()

    @property
    def reading(self) -> str:
        """The function and the variable, as they were understood."""
        if self.question is None or self.read is None:
            return ""
        by = text_of(self.question.wrt) + ("_{" + ",".join(self.question.entry) + "}" if self.question.entry else "")
        if self.question.parts:
            by = ", ".join(text_of(p).strip() for p in self.question.parts)
        return f"d/d({by}) of {self.read.function}"


class Judge:
    """Judges the claims of one document. `verify` takes expressions: function, variable, claim."""

    def __init__(
        self, context: Context, verify: Verify, fails: Callable[[Node, Node, Node], bool] | None = None
    ) -> None:
        self.context, self.verify, self.fails = context, verify, fails

    def judge(self, claim: Claim) -> Outcome:
        """Correct if one reading makes it so; else what comes of the first that can be judged at all."""
        unread: list[Outcome] = []
        failed: dict[str, Outcome] = {}
        plainly: Expressions | None = None  # the function without any guess about its letters
        for question, typing in self._readings(claim, unread):
            outcome = self._attempt(question, typing, claim)
            if not typing.guess:
                plainly = plainly or outcome.read
            elif outcome.status != "correct" or _loses_rank(plainly, outcome.read, typing):
                continue
            if outcome.status == "correct":
                return _in_words_of_the_text(outcome)
            if not outcome.settled:
                unread.append(outcome)
            elif question.extent != "everything":
                failed.setdefault(question.extent, outcome)
        if "needed" in failed:
            found = self._diagnosed(failed["needed"], claim)
            if found.status == "inconclusive" and "nothing" in failed:  # the formula of the claim by itself
                found = self._diagnosed(failed["nothing"], claim)
            if found.status == "wrong" and self._holds_partially(claim):
                reason = "right only if the other letters do not change with the variable, though the text defines them"
                found = replace(found, status="inconclusive", reason=reason)
            return _in_words_of_the_text(found)
        return next((o for o in unread if o.condition), unread[0])

    def _holds_partially(self, claim: Claim) -> bool:
        r"""\alpha = y^T A x may stand after y = A x, and y be meant as a variable of its own."""
        if not call(claim.derivative.function)[0]:
            return False
        try:
            question = pose(claim, self.context, "head")
        except Unreadable:
            return False
        return self._attempt(question, Typing(), claim).status == "correct"

    def _diagnosed(self, outcome: Outcome, claim: Claim) -> Outcome:
        if outcome.posed is None:
            return outcome
        found = self._verified(*outcome.posed, at_once=False)
        if found.reason.startswith(_INTERNAL):
            found = Outcome("wrong", kind="other", message="the claim disagrees with the numerical derivative")
        if found.kind == "other" and outcome.question is not None and self._is_far(outcome.question, claim):
            reason = "the derivative of what these letters meant in an earlier section is another"
            return replace(outcome, status="inconclusive", reason=reason)
        return replace(outcome, status=found.status, verdict=found.verdict, kind=found.kind, message=found.message,
                       repaired=found.repaired, reason=found.reason)  # fmt: skip

    def _is_far(self, question: Question, claim: Claim) -> bool:
        """Does the question rest on a definition of another section?"""
        return len({self.context.section(p) for p in (claim.place, *question.defined)}) > 1

    def _readings(self, claim: Claim, outcomes: list[Outcome]) -> Iterator[tuple[Question, Typing]]:
        """The question with the definitions that it needs, then in the other ways a reader may take it."""
        seen: list[tuple[Question, Typing]] = []
        for extent in ("needed", "nothing", "everything"):
            try:
                question = self._posed(claim, extent)
            except Unreadable as error:
                aside = is_zero(claim.side) or _is_equation(claim)
                outcomes.append(Outcome("skipped", str(error), condition=aside))
                continue
            if question is None:
                continue
            for typing in self._typings(question, claim):
                if (question, typing) not in seen:
                    seen.append((question, typing))
                    yield question, typing

    def _posed(self, claim: Claim, extent: Extent) -> Question | None:
        """The question; None where an extent makes no sense: a name must be put in to be differentiated at all."""
        if extent == "nothing" and (name_of(claim.derivative.function) or not claim.derivative.wrt):
            return None
        return pose(claim, self.context, extent)

    def _typings(self, question: Question, claim: Claim) -> Iterator[Typing]:
        yield Typing()
        yield Typing(sizes=False, label="the sizes that the text declares are not used", guess=True)
        covariances = tuple(k for k in sorted(set().union(*map(keys_in, question.texts))) if _is_covariance(k))
        if covariances:
            names = " and ".join(map(plain, covariances))
            facts = tuple((key, "symmetric") for key in covariances)
            yield Typing(facts=facts, label=f"{names} is symmetric, as covariances are", guess=True)
        for key in ("y", "t", "b:y", "b:t"):
            if key in set().union(*map(keys_in, question.texts)) and key != key_of(question.wrt):
                yield Typing(facts=((key, "one-hot"),), label=f"{plain(key)} is one-hot, as labels are", guess=True)
        yield from _shown_sizes(question)
        for key in self._capitals(question, claim.place)[:_MAX_COLUMNS]:
            yield Typing(shapes=((key, f"q_{key}"),), label=f"{key} is a vector", guess=True)
        light = [k for t in question.texts for k in keys_in(t) if self._may_be_vector(k, claim.place)]
        for key in list(dict.fromkeys([key_of(question.wrt), *light]))[:_MAX_VECTORS]:
            if self._may_be_vector(key, claim.place):
                yield Typing(vectors=frozenset([key]), label=f"{plain(key)} is a vector", guess=True)

    def _capitals(self, question: Question, place: int) -> list[str]:
        """Undeclared capital letters, set light, that may stand for a column: `X\\theta - Y`."""
        names = {key_of(t[i:j]) for t in question.texts for i, j in name_spans(t) if not (i and t[i - 1].text == "^")}
        keys = sorted(names - {key_of(question.wrt)})
        return [k for k in keys if len(k) == 1 and k.isupper() and not self.context.declared(k, place)
                and k not in self.context.losses]  # fmt: skip

    def _may_be_vector(self, key: str, place: int) -> bool:
        """A light small letter without a declaration, in a text that declares or sets no vectors in bold."""
        return len(key) == 1 and key.isalpha() and not is_upper(key) and not self.context.declared(key, place)

    # --------------------------------------------------------------------------------------------- one reading

    def _attempt(self, question: Question, typing: Typing, claim: Claim) -> Outcome:
        reader = QuestionReader(self.context, claim.place, typing)
        try:
            if question.entry or question.free:
                return self._entries(question, reader, typing)
            return self._answer(question, reader, typing)
        except Unreadable as error:
            return Outcome("skipped", str(error), question=question)
        except Tensor:
            return Outcome("skipped", "the chain rule, with derivatives of more than two axes", question=question,
                           condition=_is_chain_rule(claim))  # fmt: skip
        except ReadError as error:
            return Outcome("skipped", error.message, question=question)
        except (DeriveError, RecursionError) as error:
            return Outcome("skipped", str(error).splitlines()[0], question=question)

    def _entries(self, question: Question, reader: QuestionReader, typing: Typing) -> Outcome:
        """An entry with letters for indices is judged at two choices of numbers for them; and with equal ones."""
        sizes = " ".join(map(str, reader.declared(question).values())).split()
        letters = [k for k in dict.fromkeys((*question.free, *question.entry)) if not k.isdigit() and k not in sizes]
        outcomes = []
        for shift in range(2 if letters else 1):
            values = {k: str((n + shift) % 2 + 1) for n, k in enumerate(letters)}
            outcomes.append(self._answer(_at_index(question, values), reader, typing))
            if outcomes[-1].status != "correct":
                break
        outcome = replace(outcomes[-1], question=question)
        if len(letters) == 2 and question.free:
            alike = self._answer(_at_index(question, dict.fromkeys(letters, "1")), reader, typing)
            return _of_both(outcome, replace(alike, question=question), letters)
        return outcome

    def _answer(self, question: Question, reader: QuestionReader, typing: Typing) -> Outcome:
        claim = question.claim
        if any(is_dots((tok,)) for tok in claim):
            raise Unreadable("dots stand for terms that are not written")
        if question.point:
            question = replace(question, claim=_as_column(claim))
        entries = _listed(question)
        read = read_question(replace(question, claim=entries[0]) if entries else question, reader, _derivative)
        said = (*question.notes, *read.assumptions, *((typing.label,) if typing.label else ()))
        outcome = self._judged(question, read, entries, reader)
        if outcome.status == "wrong" and _has_open_sizes(read):
            outcome = Outcome("skipped", "the sizes of a matrix that is written out are not declared")
        elif outcome.kind == "constant" and question.defined:
            outcome = Outcome("skipped", "a condition: the derivative is set to zero", condition=True)
        elif outcome.status == "wrong" and self._is_naming(question):
            outcome = Outcome("skipped", "a name is given to the derivative", condition=True)
        elif outcome.status == "wrong" and question.gradient and not read.function.is_scalar:
            outcome = Outcome("skipped", "a gradient of what was read as no number")
        elif outcome.status == "wrong" and (strangers := _strangers(read)):
            outcome = Outcome("skipped", f"the text does not say what {strangers[0]} has to do with the function")
        elif outcome.status == "wrong" and question.inner and not self._inner_hold(question, reader):
            outcome = Outcome("skipped", "a derivative on the right side could not be confirmed")
        elif outcome.status == "wrong" and _is_value(read, entries):
            zero = is_zero(claim)
            reason = "a condition: the derivative is set to zero" if zero else "a number: the value at some point"
            outcome = Outcome("skipped", reason, condition=zero)
        return replace(outcome, question=question, read=read, assumptions=said)

    def _is_naming(self, question: Question) -> bool:
        """Is the claim one letter of which nothing is known, and which the function does not have?"""
        key = key_of(question.claim)
        if (
            not name_of(question.claim)
            or r"\check" in key
            or plain(key) in _CONSTANTS
            or key in keys_in(question.function)
        ):
            return False
        place = question.place
        return not self.context.declared(key, place) and self.context.definition(key, place) is None

    def _judged(self, question: Question, read: Expressions, entries: Sequence[Any], reader: QuestionReader) -> Outcome:
        if read.claim is None:
            return self._misshapen(question, read, reader)
        if entries:
            return self._list(question, read, entries, reader)
        if question.mixed:
            return self._verified(_derivative(read.function, read.parts[1]), read.wrt, read.claim)
        if question.point:
            return self._at_point(read)
        if question.directions:
            return self._in_direction(read)
        if question.differential and question.parts:
            return self._total(read)
        if question.parts:
            return self._hessian(read) if question.order == 2 else self._gradient(read)
        if question.entry:
            t, f, claim = _shifted(read.function, read.wrt, question.entry, read.claim)
            return self._verified(f, t, claim)
        if question.order == 2:
            return self._verified(_derivative(read.function, read.wrt), read.wrt, read.claim)
        claim = with_tangents(read.claim, read.differentials, read.wrt) if question.differential else read.claim
        outcome = self._verified(read.function, read.wrt, claim, at_once=not question.stationary)
        if outcome.status != "correct" and _is_stacked(read):
            return self._stacked(read, outcome)
        return self._stationary(outcome) if question.stationary else outcome

    def _stacked(self, read: Expressions, outcome: Outcome) -> Outcome:
        """Matrices written as columns, row after row (verify knows the order column after column)."""
        assert read.claim is not None
        rows = symbol(read.wrt.name, read.wrt.shape[::-1], read.wrt.properties)
        f, claim = (substitute(node, {read.wrt: rows.T}) for node in (read.function, read.claim))
        if read.function.is_scalar:
            gradient = _derivative(f, rows)
            orders = [self._equal(vec(g), c) for g in (gradient, gradient.T) for c in (claim, claim.T)
                      if vec(g).shape == c.shape]  # fmt: skip
        else:
            orders = [self._verified(vec(f.T), rows, claim)]
        return next((o for o in orders if o.status == "correct"), outcome)

    def _stationary(self, outcome: Outcome) -> Outcome:
        """A row after a vanishing gradient may leave out a factor; what fits no shape is wrong, the rest may follow."""
        if outcome.status != "wrong" or outcome.kind in ("wrong-shape", "transposed"):
            return outcome
        if outcome.kind in ("factor", "sign"):
            return Outcome("correct")
        return replace(outcome, status="inconclusive", reason="the equation may follow in another way")

    def _inner_hold(self, question: Question, reader: QuestionReader) -> bool:
        """Are the derivatives that the engine put into the right side confirmed by the numbers?"""
        try:
            read_question(question, reader, _confirmed)
        except (Unconfirmed, DeriveError):
            return False
        return True

    def _verified(self, function: Node, wrt: Node, claim: Node, at_once: bool = True) -> Outcome:
        if wrt.op not in ("symbol", "item"):
            raise Unreadable(f"cannot differentiate by {wrt}")
        if wrt not in set(walk(function)):
            if leaves.is_zero(claim):
                return Outcome("correct", kind="constant")
            raise Unreadable(f"as far as the text says, the function does not depend on {wrt.name}")
        try:
            if at_once and self.fails is not None and self.fails(function, wrt, claim):
                return Outcome("wrong", posed=(function, wrt, claim))
            verdict = self.verify(function, wrt, claim)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            if isinstance(error, DeriveError):
                raise
            return Outcome("inconclusive", f"{_INTERNAL}: {type(error).__name__}: {str(error)[:80]}")
        status: Any = verdict.status if verdict.status in _RANK else "inconclusive"
        found = verdict.diagnosis
        if found is None:
            return Outcome(status, verdict=verdict)
        repaired, message = found.repaired, found.message
        if wrt.name.startswith(r"\check"):  # an auxiliary variable along a line: back to its beginning
            message = f"the mistake is of the kind {found.kind}" if found.kind != "other" else "another value is right"
            repaired = substitute(repaired, {wrt: zeros(*wrt.shape)}) if isinstance(repaired, Node) else repaired
        return Outcome(status, verdict=verdict, kind=found.kind, message=message, repaired=_latex(repaired))

    def _misshapen(self, question: Question, read: Expressions, reader: QuestionReader) -> Outcome:
        """A claim whose shapes cannot fit is wrong, if all its names have shapes that the text or its fonts give."""
        if not isinstance(read.error, ShapeError) or not reader.all_firm(question.claim):
            return _unread(read.error)
        message = read.error.message if isinstance(read.error, ReadError) else str(read.error)
        if _mixes_sizes(message):
            return Outcome("skipped", message)
        return Outcome("wrong", kind="wrong-shape", message=message)

    # ---------------------------------------------------------------------------------- several variables, points

    def _list(self, question: Question, read: Expressions, entries: Sequence[Any], reader: QuestionReader) -> Outcome:
        """`\\nabla f(x, y) = (a, b)`: each entry is the derivative by one variable."""
        outcomes = []
        for part, entry in zip(question.parts, entries, strict=True):
            one = read_question(replace(question, wrt=part, claim=entry, parts=()), reader, _derivative)
            outcomes.append(
                _unread(one.error) if one.claim is None else self._verified(one.function, one.wrt, one.claim)
            )
        return max(outcomes, key=lambda outcome: _RANK[outcome.status])

    def _gradient(self, read: Expressions) -> Outcome:
        """The claim as a column (or row) of the derivatives by each variable."""
        assert read.claim is not None
        entries = _column(read.claim, len(read.parts))
        outcomes = [self._verified(read.function, x, c) for x, c in zip(read.parts, entries, strict=True)]
        return max(outcomes, key=lambda outcome: _RANK[outcome.status])

    def _hessian(self, read: Expressions) -> Outcome:
        assert read.claim is not None
        n = len(read.parts)
        if read.claim.shape != (n, n):
            raise Unreadable(f"the Hessian by {n} variables is {n} x {n}")
        outcomes = [self._verified(_derivative(read.function, x), y, _cell(read.claim, i, j))
                    for i, x in enumerate(read.parts) for j, y in enumerate(read.parts)]  # fmt: skip
        return max(outcomes, key=lambda outcome: _RANK[outcome.status])

    def _at_point(self, read: Expressions) -> Outcome:
        """The derivative first, the values of the variables then."""
        assert read.claim is not None
        variables = read.parts or (read.wrt,)
        at = dict(zip(variables, read.point, strict=True))
        if len(variables) == 1:
            return self._equal(substitute(_derivative(read.function, variables[0]), at), read.claim)
        gradient = [_derivative(read.function, x) for x in variables]
        n = len(variables)
        if read.claim.shape == (n, n):
            cells = [(i, j) for i in range(n) for j in range(n)]
            pairs = [(_derivative(gradient[i], variables[j]), _cell(read.claim, i, j)) for i, j in cells]
        else:
            pairs = list(zip(gradient, _column(read.claim, n), strict=True))
        return max((self._equal(substitute(g, at), c) for g, c in pairs), key=lambda outcome: _RANK[outcome.status])

    def _equal(self, value: Node, claim: Node) -> Outcome:
        """a = b, as a statement about the derivative of <a, T> by T."""
        free = symbol(r"\check{T}", value.shape)
        return self._verified(inner_product(value, free), free, claim)

    def _in_direction(self, read: Expressions) -> Outcome:
        """D f(x)[v] = d/dt f(x + t v) at t = 0; as the claim holds at every x, it holds along the line."""
        assert read.claim is not None
        if len(read.directions) != len(read.parts):
            raise Unreadable("as many directions as variables were expected")
        t = symbol(r"\check{t}", (1, 1))
        line = {x: x + t * v for x, v in zip(read.parts, read.directions, strict=True)}
        return self._verified(substitute(read.function, line), t, substitute(read.claim, line))

    def _total(self, read: Expressions) -> Outcome:
        """df by several variables: with all differentials but one set to zero it is the differential by that one."""
        assert read.claim is not None
        outcomes = []
        for x in read.parts:
            others = {d: zeros(*d.shape) for name, d in read.differentials.items() if name != x.name}
            claim = with_tangents(substitute(read.claim, others), read.differentials, x)
            outcomes.append(self._verified(read.function, x, claim))
        return max(outcomes, key=lambda outcome: _RANK[outcome.status])


def _of_both(distinct: Outcome, alike: Outcome, letters: Sequence[str]) -> Outcome:
    """The outcome for two different indices and for two equal ones; texts often mean one of the two."""
    if distinct.status == alike.status or {"correct"} != {distinct.status, alike.status} - {"wrong"}:
        return distinct
    right, sign = (distinct, "\\neq") if distinct.status == "correct" else (alike, "=")
    claim = text_of(distinct.question.claim) if distinct.question else ""
    if r"\delta" in claim or "mathbb" in claim:
        return alike if right is distinct else distinct
    case = f"{letters[0]} {sign} {letters[1]}"
    if right is distinct:  # two letters are usually two indices
        return replace(right, assumptions=(*right.assumptions, case))
    return replace(right, status="inconclusive", reason=f"right only for {case}, which the claim does not say")


def _in_words_of_the_text(outcome: Outcome) -> Outcome:
    """With dL/dZ in place of the names that stand for it."""
    if outcome.question is None:
        return outcome
    message, repaired = outcome.message, outcome.repaired
    for name, written in outcome.question.written:
        number = re.findall(r"\d+", name)[-1]
        stand_in = re.compile(
            rf"(?:\\mathbf\{{\\check\{{G\}}\}}|\\check\{{G\}}|checkG)_(?:\{{{number}\}}|{number}(?!\d))"
        )
        top, bottom = re.findall(r"\\partial ([^}]+)\}", written)
        message = stand_in.sub(lambda _, words=f"d{top}/d{bottom}": words, message)  # type: ignore[misc]
        repaired = stand_in.sub(lambda _, words=written: words, repaired)  # type: ignore[misc]
    said = tuple(a for a in outcome.assumptions if r"\check" not in a)
    return replace(outcome, message=message, repaired=repaired, assumptions=said)


def _strangers(read: Expressions) -> list[str]:
    """Names in the claim that the function does not have, so that only an unwritten definition can link the two."""
    if read.claim is None:
        return []
    known = {n.name for node in (read.function, read.wrt, *read.parts, *read.point) for n in _symbols(node)}
    moved = {d.name for d in (*read.differentials.values(), *read.directions) if d.op == "symbol"}
    bound = {n.name for n in walk(read.claim) if n.op == "sumover"}
    names = {n.name for n in _symbols(read.claim)} - known - moved - bound
    return sorted(name for name in names if r"\check" not in name)


def _is_covariance(key: str) -> bool:
    r"""\Sigma, and the precision \Lambda, with any index."""
    return re.fullmatch(r"\\(hat|tilde|bar)?\{?\\?(Sigma|Lambda)\b.*|\\(Sigma|Lambda)(_.*)?", plain(key)) is not None


def _is_equation(claim: Claim) -> bool:
    r"""`\frac{dN}{dt} = -\lambda N` about an unknown N, `\nabla \cdot E = \rho`, `dW = \delta x` with none."""
    derivative = claim.derivative
    if derivative.kind == "nabla" and derivative.function[:1] and derivative.function[0].text in (r"\cdot", r"\times"):
        return True
    if derivative.kind == "differential":
        return name_of(derivative.function) is not None
    if derivative.kind != "quotient" or not name_of(derivative.function):
        return False
    names = {key_of(claim.side[i:j]) for i, j in name_spans(claim.side)}
    return [key_of(w) for w in derivative.wrt] == ["t"] and key_of(derivative.function) in names


def _loses_rank(plainly: Expressions | None, guessed: Expressions | None, typing: Typing) -> bool:
    """Does a guess about one letter make a number of another, which was none? Then it is another statement."""
    if plainly is None or guessed is None:
        return False
    forced = {*map(plain, typing.vectors), *(name for name, _ in typing.shapes)}
    before = {n.name: _rank(n) for n in _symbols(plainly.function) if n.op == "symbol"}
    after = {n.name: _rank(n) for n in _symbols(guessed.function) if n.op == "symbol"}
    return any(after[name] < before[name] for name in before.keys() & after.keys() - forced)


def _rank(node: Node) -> int:
    return sum(not is_one(size) for size in node.shape)


def _unread(error: DeriveError | None) -> Outcome:
    reason = error.message if isinstance(error, ReadError) else str(error)
    return Outcome("skipped", reason.splitlines()[0])


def _shown_sizes(question: Question) -> Iterator[Typing]:
    """The variable as long as the list that the claim writes out, or as a row where columns do not fit."""
    name = plain(key_of(question.wrt))
    rows = matrix_rows(question.claim)
    count = len(rows) * len(rows[0]) if rows and 1 in (len(rows), len(rows[0])) else len(rows)
    if count > 1 and not is_upper(name) and not question.parts:
        yield Typing(shapes=((name, str(count)),), label=f"{name} has {count} entries", guess=True)
    if key_of(question.wrt).startswith("b:"):
        yield Typing(sizes=False, shapes=((name, "1 x r"),), label=f"{name} is a row", guess=True)


def _mixes_sizes(message: str) -> bool:
    """Does a letter meet a number: (3, C) and (2, 1)? Texts say somewhere that C = 2."""
    sizes = [size.strip() for pair in re.findall(r"\(([^(),]+, [^(),]+)\)", message) for size in pair.split(",")]
    return any(s.isdigit() and s != "1" for s in sizes) and any(s[0].isalpha() for s in sizes)


def _has_open_sizes(read: Expressions) -> bool:
    """Does the claim write out a matrix of numbers of rows and columns, while the sizes of the function are letters?"""
    if read.claim is None or not any(n.op == "explicit" for n in walk(read.claim)):
        return False
    return any(not isinstance(d, int) for n in walk(read.function) for d in n.shape)


def _listed(question: Question) -> list[Any]:
    """The entries of a claim `(a, b)` about several variables."""
    if not question.parts or question.order == 2 or question.point or question.mixed:
        return []
    rows = matrix_rows(question.claim)
    entries = [entry for row in rows for entry in row]
    return entries if len(entries) == len(question.parts) and (len(rows) == 1 or len(rows[0]) == 1) else []


def _as_column(claim: Tex) -> Tex:
    """A list `(a, b)` as an explicit column."""
    rows = matrix_rows(claim)
    if len(rows) != 1 or len(rows[0]) < 2 or claim[0].text == r"\begin":
        return claim
    at = claim[0].at
    inside = [tok for entry in rows[0] for tok in (*entry, Tok(r"\\", at))]
    return (*tokens(r"\begin{bmatrix}", at), *inside[:-1], *tokens(r"\end{bmatrix}", at))


def _column(claim: Node, count: int) -> list[Node]:
    m, n = claim.shape
    if (m, n) not in ((count, 1), (1, count)):
        raise Unreadable(f"a gradient by {count} variables has {count} entries")
    return [_cell(claim, i, 0) if is_one(n) else _cell(claim, 0, i) for i in range(count)]


def _cell(node: Node, i: int, j: int) -> Node:
    """An entry, taken out of what is written out, and of sums and multiples of it."""
    if node.op == "explicit":
        return node.args[i * int(node.shape[1]) + j]
    if node.op == "scale":
        return node.args[0] * _cell(node.args[1], i, j)
    if node.op == "add":
        return algebra.add([_cell(term, i, j) for term in node.args])
    return node[i, j]


def _at_index(question: Question, values: dict[str, str]) -> Question:
    """The question with numbers for the free indices."""
    inner = tuple(replace(i, function=with_index(i.function, values),
                          entry=tuple(values.get(k, k) for k in i.entry)) for i in question.inner)  # fmt: skip
    return replace(question, function=with_index(question.function, values), claim=with_index(question.claim, values),
                   entry=tuple(values.get(k, k) for k in question.entry), inner=inner)  # fmt: skip


def _shifted(function: Node, wrt: Node, entry: Sequence[str], *more: Node) -> tuple[Node, ...]:
    """A scalar t, and everything with t added to one entry of the variable."""
    t = symbol(r"\check{t}", (1, 1))
    row = basis(wrt.shape[0], _index(entry[0], wrt.shape[0]))
    unit = row if len(entry) == 1 else row * basis(wrt.shape[1], _index(entry[1], wrt.shape[1])).T
    if len(entry) == 1 and not is_one(wrt.shape[1]):
        raise Unreadable(f"{wrt} is no vector")
    return (t, *(substitute(node, {wrt: wrt + t * unit}) for node in (function, *more)))


def _index(word: str, size: Any) -> Any:
    if word.isdigit():
        return int(word)
    if str(size) == word:
        return size
    raise Unreadable(f"the index {word}")


class Tensor(Exception):
    """A derivative with more than two axes, in a product: what the product means is not written."""


def _derivative(function: Node, wrt: Node, entry: Sequence[str] = ()) -> Node:
    """The gradient of a scalar, the Jacobian of anything else; by an entry, the derivative by that entry."""
    if not entry:
        found = derive(function, wrt)
        if found.is_tensor:
            raise Tensor
        return found.gradient if function.is_scalar else found.jacobian
    t, f = _shifted(function, wrt, entry)
    return substitute(derive(f, t).result, {t: zeros(1, 1)})


class Unconfirmed(Exception):
    """A derivative that its own check does not call correct."""


def _confirmed(function: Node, wrt: Node, entry: Sequence[str] = ()) -> Node:
    """The derivative, checked against numerical ones."""
    t, f = _shifted(function, wrt, entry) if entry else (wrt, function)
    if not derive(f, t).check():
        raise Unconfirmed
    return _derivative(function, wrt, entry)


def _is_stacked(read: Expressions) -> bool:
    """Is a matrix written as a column, as far as the sizes tell?"""
    if read.claim is None or not all(
        isinstance(d, int) for n in (read.wrt, read.function, read.claim) for d in n.shape
    ):
        return False
    count = read.wrt.shape[0] * read.wrt.shape[1]
    return count in read.claim.shape and read.claim.shape not in (read.wrt.shape, read.wrt.shape[::-1])


def _is_chain_rule(claim: Claim) -> bool:
    """Nothing but derivatives stands on the right: dL/dX = dZ/dX dL/dZ."""
    found = derivatives(claim.side)
    covered = sum(one.end - one.start for one in found)
    return len(found) > 1 and covered >= len([tok for tok in claim.side if tok.text not in (r"\cdot", r"\,", "+")])


def _is_value(read: Expressions, entries: Sequence[Any]) -> bool:
    """A claim without any name, about a derivative that is not constant."""
    if read.claim is None or _symbols(read.claim) or any(keys_in(entry) for entry in entries) or read.point:
        return False
    variables = read.parts or (read.wrt,)
    return read.function.is_scalar and any(_symbols(_derivative(read.function, x)) for x in variables)


def _symbols(node: Node) -> set[Node]:
    return {n for n in walk(node) if n.op in ("symbol", "item")}


def _latex(repaired: object) -> str:
    from sympy import latex

    return repaired if isinstance(repaired, str) else "" if repaired is None else latex(repaired)
