"""A verdict on one claim: the question it asks is read and verified.

Where the text leaves a choice, every reading of it must fail before the claim is called wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..claim import compare, gather, problem, with_tangents
from ..errors import DeriveError, ReadError, ShapeError
from ..nodes import Node
from ..nonconforming import diagnose_nonconforming
from .claims import Claim, is_zero
from .context import KNOWN, Context
from .declared import is_dots
from .derived import Tensor, Unconfirmed, confirmed, derivative_of, derived_or_none, shifted
from .doubts import has_open_sizes, is_chain_rule, is_equation, is_naming, is_value, mixes_sizes, strangers
from .guesses import loses_rank, typings
from .indices import with_index
from .names import call, name_of
from .outcome import INTERNAL, Fails, Outcome, Verify, in_words_of_the_text, latex_of, of_both, unread
from .parts import Parts, as_column, is_stacked, listed
from .pose import pose
from .question import Extent, Question, Unreadable
from .reading import Expressions, QuestionReader, Typing, read_question
from .tex import text_of
from .variants import variants


def fails_at_once(function: Node, wrt: Node, claim: Node) -> bool:
    """Do two instances suffice to call the claim wrong? A diagnosis is asked for only when all readings have failed."""
    posed = problem(function, wrt, claim, 1, ())
    return compare(posed, posed.claim, gather(posed, 2), None).status == "wrong"


class Judge:
    """Judges the claims of one document. `verify` takes expressions: function, variable, claim."""

    def __init__(self, context: Context, verify: Verify, fails: Fails | None = None) -> None:
        self.context, self.parts = context, Parts(verify, fails)

    def judge(self, claim: Claim) -> Outcome:
        """Correct if one reading makes it so; else what comes of the first that can be judged at all."""
        skipped: list[Outcome] = []
        failed: dict[str, Outcome] = {}
        plainly: Expressions | None = None  # the function without any guess about its letters
        for question, typing in self._readings(claim, skipped):
            outcome = self._attempt(question, typing, claim)
            if not typing.guess:
                plainly = plainly or outcome.read
            elif outcome.status != "correct" or loses_rank(plainly, outcome.read, typing):
                continue
            if outcome.status == "correct":
                return in_words_of_the_text(outcome)
            if not outcome.settled:
                skipped.append(outcome)
            elif question.extent != "everything":
                failed.setdefault(question.extent, outcome)
        if "needed" in failed:
            found = self._diagnosed(failed["needed"], claim)
            if found.status == "inconclusive" and "nothing" in failed:  # the formula of the claim by itself
                found = self._diagnosed(failed["nothing"], claim)
            if found.status == "wrong" and self._holds_partially(claim):
                reason = "right only if the other letters do not change with the variable, though the text defines them"
                found = replace(found, status="inconclusive", reason=reason)
            return in_words_of_the_text(found)
        return next((o for o in skipped if o.condition), skipped[0])

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
        if outcome.misshapen is not None and outcome.read is not None and outcome.read.error is not None:
            change = diagnose_nonconforming(outcome.misshapen, outcome.read.function, outcome.read.error)
            if change is None:
                right = derived_or_none(outcome.read.function, outcome.read.wrt)
                return outcome if right is None else replace(outcome, repaired=latex_of(right))
            return replace(outcome, kind=change.kind, message=change.message, repaired=latex_of(change.repaired))
        if outcome.posed is None:
            return outcome
        if outcome.question is not None and _has_letters(outcome.question):
            return self._mended(outcome, claim)
        found = self.parts.verified(*outcome.posed, at_once=False)
        if found.reason.startswith(INTERNAL):
            found = Outcome("wrong", kind="other", message="the claim disagrees with the numerical derivative")
        if found.kind == "other" and outcome.question is not None and self._is_far(outcome.question, claim):
            reason = "the derivative of what these letters meant in an earlier section is another"
            return replace(outcome, status="inconclusive", reason=reason)
        return replace(outcome, status=found.status, verdict=found.verdict, kind=found.kind, message=found.message,
                       repaired=found.repaired, reason=found.reason)  # fmt: skip

    def _mended(self, outcome: Outcome, claim: Claim) -> Outcome:
        """A claim by entries, which was judged at numbers for its indices: the change that makes it right at all."""
        for variant in variants(claim.side):
            try:
                question = pose(replace(claim, side=variant.side), self.context)
            except Unreadable:
                continue
            if self._attempt(question, Typing(), claim).status == "correct":
                repaired = text_of(variant.side).strip()
                return replace(outcome, kind=variant.kind, message=variant.message, repaired=repaired)
        assert outcome.posed is not None
        found = self.parts.verified(*outcome.posed, at_once=False)
        numbers = re.search(r"_\{?\d", found.repaired)  # the index is a number only here
        repaired = "" if numbers else found.repaired
        return replace(outcome, status=found.status, verdict=found.verdict, kind=found.kind or "other",
                       message="the claim disagrees with the numerical derivative", repaired=repaired)  # fmt: skip

    def _is_far(self, question: Question, claim: Claim) -> bool:
        """Does the question rest on a definition of another section?"""
        return len({self.context.section(p) for p in (claim.place, *question.defined)}) > 1

    def _readings(self, claim: Claim, outcomes: list[Outcome]) -> Iterator[tuple[Question, Typing]]:
        """The question with the definitions that it needs, then in the other ways a reader may take it."""
        seen: list[tuple[Question, Typing]] = []
        for extent in ("needed", "logistic", "nothing", "everything"):
            try:
                question = self._posed(claim, extent)
            except Unreadable as error:
                aside = is_zero(claim.side) or is_equation(claim)
                outcomes.append(Outcome("skipped", str(error), condition=aside))
                continue
            if question is None:
                continue
            for typing in typings(question, claim.place, self.context):
                if (question, typing) not in seen:
                    seen.append((question, typing))
                    yield question, typing

    def _posed(self, claim: Claim, extent: Extent) -> Question | None:
        """The question; None where an extent makes no sense: a name must be put in to be differentiated at all."""
        if extent == "logistic" and not KNOWN & self.context.elementwise:
            return None
        if extent == "nothing" and (name_of(claim.derivative.function) or not claim.derivative.wrt):
            return None
        return pose(claim, self.context, extent)

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
                           condition=is_chain_rule(claim))  # fmt: skip
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
            outcomes.append(self._answer(at_index(question, values), reader, typing))
            if outcomes[-1].status != "correct":
                break
        outcome = replace(outcomes[-1], question=question)
        if len(letters) == 2 and question.free:
            alike = self._answer(at_index(question, dict.fromkeys(letters, "1")), reader, typing)
            return of_both(outcome, replace(alike, question=question), letters)
        return outcome

    def _answer(self, question: Question, reader: QuestionReader, typing: Typing) -> Outcome:
        claim = question.claim
        if any(is_dots((tok,)) for tok in claim):
            raise Unreadable("dots stand for terms that are not written")
        if question.point:
            question = replace(question, claim=as_column(claim))
        entries = listed(question)
        read = read_question(replace(question, claim=entries[0]) if entries else question, reader, derivative_of)
        said = (*question.notes, *read.assumptions, *((typing.label,) if typing.label else ()))
        outcome = self._judged(question, read, entries, reader)
        if outcome.status == "wrong" and has_open_sizes(read):
            outcome = Outcome("skipped", "the sizes of a matrix that is written out are not declared")
        elif outcome.kind == "constant" and question.defined:
            outcome = Outcome("skipped", "a condition: the derivative is set to zero", condition=True)
        elif outcome.status == "wrong" and is_naming(question, self.context):
            outcome = Outcome("skipped", "a name is given to the derivative", condition=True)
        elif outcome.status == "wrong" and question.gradient and not read.function.is_scalar:
            outcome = Outcome("skipped", "a gradient of what was read as no number")
        elif outcome.status == "wrong" and (others := strangers(read)):
            outcome = Outcome("skipped", f"the text does not say what {others[0]} has to do with the function")
        elif outcome.status == "wrong" and question.inner and not self._inner_hold(question, reader):
            outcome = Outcome("skipped", "a derivative on the right side could not be confirmed")
        elif outcome.status == "wrong" and is_value(read, entries):
            zero = is_zero(claim)
            reason = "a condition: the derivative is set to zero" if zero else "a number: the value at some point"
            outcome = Outcome("skipped", reason, condition=zero)
        return replace(outcome, question=question, read=read, assumptions=said)

    def _judged(self, question: Question, read: Expressions, entries: Sequence[Any], reader: QuestionReader) -> Outcome:
        if read.claim is None:
            return self._misshapen(question, read, reader)
        if entries:
            return self.parts.list(question, read, entries, reader)
        if question.mixed:
            return self.parts.verified(derivative_of(read.function, read.parts[1]), read.wrt, read.claim)
        if question.point:
            return self.parts.at_point(read)
        if question.directions:
            return self.parts.in_direction(read)
        if question.differential and question.parts:
            return self.parts.total(read)
        if question.parts:
            return self.parts.hessian(read) if question.order == 2 else self.parts.gradient(read)
        if question.entry:
            t, f, claim = shifted(read.function, read.wrt, question.entry, read.claim)
            return self.parts.verified(f, t, claim)
        if question.order == 2:
            return self.parts.verified(derivative_of(read.function, read.wrt), read.wrt, read.claim)
        claim = with_tangents(read.claim, read.differentials, read.wrt) if question.differential else read.claim
        outcome = self.parts.verified(read.function, read.wrt, claim, at_once=not question.stationary)
        if outcome.status != "correct" and is_stacked(read):
            return self.parts.stacked(read, outcome)
        return self._stationary(outcome) if question.stationary else outcome

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
            read_question(question, reader, confirmed)
        except (Unconfirmed, DeriveError):
            return False
        return True

    def _misshapen(self, question: Question, read: Expressions, reader: QuestionReader) -> Outcome:
        """A claim whose shapes cannot fit is wrong, if all its names have shapes that the text or its fonts give."""
        if not isinstance(read.error, ShapeError) or not reader.all_firm(question.claim):
            return unread(read.error)
        message = read.error.message if isinstance(read.error, ReadError) else str(read.error)
        if mixes_sizes(message):
            return Outcome("skipped", message)
        plain = not (question.parts or question.entry or question.point or question.stationary or question.directions)
        return Outcome("wrong", kind="wrong-shape", message=message, misshapen=read.written if plain else None)


def _has_letters(question: Question) -> bool:
    return any(not k.isdigit() for k in (*question.entry, *question.free))


def at_index(question: Question, values: dict[str, str]) -> Question:
    """The question with numbers for the free indices."""
    inner = tuple(replace(i, function=with_index(i.function, values),
                          entry=tuple(values.get(k, k) for k in i.entry)) for i in question.inner)  # fmt: skip
    return replace(question, function=with_index(question.function, values), claim=with_index(question.claim, values),
                   entry=tuple(values.get(k, k) for k in question.entry), inner=inner)  # fmt: skip
