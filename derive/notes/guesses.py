"""Readings that a text leaves open: which names are vectors, which matrices symmetric, which sizes are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..nodes import Node
from ..sizes import is_one
from .context import Context, key_of, keys_in, plain
from .declared import matrix_rows
from .derived import symbols_of
from .indices import summation_indices
from .names import is_upper, name_spans
from .question import Question
from .reading import SIGN, Expressions, QuestionReader, Typing
from .tex import text_of

_OF_NUMBERS = frozenset("sech csch coth sigmoid softplus relu ReLU erf sinh cosh tanh arctan arcsin artanh".split())
_MAX_VECTORS = 2
_MAX_COLUMNS = 3


def typings(question: Question, place: int, context: Context) -> Iterator[Typing]:
    yield Typing()
    length = _one_length(question, QuestionReader(context, place, Typing()))
    if length and any(tok.text == r"\sum" for tok in question.function):
        yield Typing(members=length, label=f"the samples have {length} entries")
    yield Typing(sizes=False, label="the sizes that the text declares are not used", guess=True)
    covariances = tuple(k for k in sorted(set().union(*map(keys_in, question.texts))) if _is_covariance(k))
    if covariances:
        names = " and ".join(map(plain, covariances))
        facts = tuple((key, "symmetric") for key in covariances)
        yield Typing(facts=facts, label=f"{names} is symmetric, as covariances are", guess=True)
    for key in ("y", "t", "b:y", "b:t"):
        if key in set().union(*map(keys_in, question.texts)) and key != key_of(question.wrt):
            yield Typing(facts=((key, "one-hot"),), label=f"{plain(key)} is one-hot, as labels are", guess=True)
            if any(tok.text in (r"\exp", r"\log", r"\ln", r"\max", "e") for tok in question.function):
                yield Typing(facts=((key, SIGN),), label=f"{plain(key)} is 1 or -1, as labels are", guess=True)
    if _is_of_one_number(question):
        name = plain(key_of(question.wrt))
        yield Typing(shapes=((name, "scalar"),), label=f"{name} is a number here", guess=True)
    yield from _shown_sizes(question)
    for key in _capitals(question, place, context)[:_MAX_COLUMNS]:
        yield Typing(shapes=((key, f"q_{key}"),), label=f"{key} is a vector", guess=True)
    light = [k for t in question.texts for k in keys_in(t) if _may_be_vector(k, place, context)]
    counted = set().union(*map(summation_indices, question.texts))  # i of a sum is a number, whatever else fits
    for key in [k for k in dict.fromkeys([key_of(question.wrt), *light]) if k not in counted][:_MAX_VECTORS]:
        if _may_be_vector(key, place, context):
            yield Typing(vectors=frozenset([key]), label=f"{plain(key)} is a vector", guess=True)


def _one_length(question: Question, reader: QuestionReader) -> str:
    """The length of all vectors of which the text says it, if it is one and the same."""
    found = {reader.length(t[i:j]) for t in question.texts for i, j in name_spans(t)} - {""}
    own = reader.length(question.wrt)
    return own or (next(iter(found)) if len(found) == 1 else "")


def _is_of_one_number(question: Question) -> bool:
    r"""`\frac{d}{dx} \tanh(x) = 1 - \tanh^2(x)`: one light letter, nothing that only vectors have."""
    key = key_of(question.wrt)
    marks = {r"\|", r"\top", r"\lVert", r"\odot", r"\sum", r"\langle", "T"}
    words = {tok.text for tex in (question.function, question.claim) for tok in tex}
    written = text_of((*question.function, *question.claim))
    if any(name not in _OF_NUMBERS for name in re.findall(r"\\operatorname\{(\w+)\}", written)):
        return False
    names = {*keys_in(question.function), *keys_in(question.claim)} - _OF_NUMBERS
    light = key == plain(key) and not is_upper(key)
    return names <= {key, "b:" + key} and light and not words & marks and not question.parts


def _capitals(question: Question, place: int, context: Context) -> list[str]:
    """Undeclared capital letters, set light, that may stand for a column: `X\\theta - Y`."""
    names = {key_of(t[i:j]) for t in question.texts for i, j in name_spans(t) if not (i and t[i - 1].text == "^")}
    keys = sorted(names - {key_of(question.wrt)})
    return [k for k in keys if len(k) == 1 and k.isupper() and not context.declared(k, place)
            and k not in context.losses]  # fmt: skip


def _may_be_vector(key: str, place: int, context: Context) -> bool:
    """A light small letter without a declaration, in a text that declares or sets no vectors in bold."""
    return len(key) == 1 and key.isalpha() and not is_upper(key) and not context.declared(key, place)


def _is_covariance(key: str) -> bool:
    r"""\Sigma, and the precision \Lambda, with any index."""
    return re.fullmatch(r"\\(hat|tilde|bar)?\{?\\?(Sigma|Lambda)\b.*|\\(Sigma|Lambda)(_.*)?", plain(key)) is not None


def _shown_sizes(question: Question) -> Iterator[Typing]:
    """The variable as long as the list that the claim writes out, or as a row where columns do not fit."""
    name = plain(key_of(question.wrt))
    rows = matrix_rows(question.claim)
    count = len(rows) * len(rows[0]) if rows and 1 in (len(rows), len(rows[0])) else len(rows)
    if count > 1 and not is_upper(name) and not question.parts:
        yield Typing(shapes=((name, str(count)),), label=f"{name} has {count} entries", guess=True)
    if key_of(question.wrt).startswith("b:"):
        yield Typing(sizes=False, shapes=((name, "1 x r"),), label=f"{name} is a row", guess=True)


def loses_rank(plainly: Expressions | None, guessed: Expressions | None, typing: Typing) -> bool:
    """Does a guess about one letter make a number of another, which was none? Then it is another statement."""
    if plainly is None or guessed is None:
        return False
    forced = {*map(plain, typing.vectors), *(name for name, _ in typing.shapes)}
    before = {n.name: _rank(n) for n in symbols_of(plainly.function) if n.op == "symbol"}
    after = {n.name: _rank(n) for n in symbols_of(guessed.function) if n.op == "symbol"}
    return any(after[name] < before[name] for name in before.keys() & after.keys() - forced)


def _rank(node: Node) -> int:
    return sum(not is_one(size) for size in node.shape)
