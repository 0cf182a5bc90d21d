"""What an undeclared name is: capital letters are matrices, bold small ones vectors, Greek ones scalars, and so on.

The cheapest reading that fits the formula is taken, and said; two equally cheap ones are an error that asks.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import ReadError
from . import syntax as s
from .builders import ENTRYWISE
from .choices import NOTHING_CHOSEN, Choices
from .inference import Inference, size_arguments
from .scope import Scope
from .syntax import children, walk

MAX_TRIES = 300
_OF_VECTORS = frozenset("softmax log_softmax logsumexp diag norm norm1 norm2 sum mean max argmax min".split())
_COUNTERS = frozenset("i j k l m n d p q r s t N M K T D".split())
_OPERATORS = frozenset(
    "argmin argmax arg var cov corr std median mode prox dom conv rank sup inf lim minimize maximize".split()
)
_LONGEST_NAME = 10  # letters; what is longer is prose that lost its spaces
Text = tuple[str, s.Syntax]


@dataclass(slots=True)
class Uses:
    """How the undeclared names of some formulas are used."""

    names: dict[str, s.Name] = field(default_factory=dict)
    vectorial: set[str] = field(default_factory=set)  # transposed, in a norm, a sum, an elementwise product
    indexed: dict[str, int] = field(default_factory=dict)
    bold: set[str] = field(default_factory=set)
    counters: set[str] = field(default_factory=set)  # used as an index
    cost: int = 0  # of the kinds that were chosen


def uses(trees: Sequence[Text], scope: Scope, choices: Choices) -> Uses:
    found = Uses()
    for _, tree in trees:
        bound = {n.index for n in walk(tree) if isinstance(n, s.BigSum)} | {
            n.variable for n in walk(tree) if isinstance(n, s.Map)
        }
        sized = {id(x) for n in walk(tree) for size in size_arguments(n) for x in walk(size)}
        for node in walk(tree):
            _use(node, found, scope, bound | set(choices.members), sized)
    return found


def _use(node: s.Syntax, found: Uses, scope: Scope, bound: set[str], sized: set[int]) -> None:
    if isinstance(node, s.Name):
        if (
            node.text not in scope.names
            and node.text not in scope.sizes
            and node.text not in bound
            and id(node) not in sized
        ):
            found.names.setdefault(node.text, node)
            if node.bold:
                found.bold.add(node.text)
        return
    if _is_of_arrays(node):
        for child in children(node):
            found.vectorial.update(_terms(child))
    if isinstance(node, s.Index) and isinstance(node.body, s.Name):
        found.indexed[node.body.text] = len(node.indices)
    if isinstance(node, s.Index | s.Item):
        found.counters.update(i.text for i in node.indices if isinstance(i, s.Name))
    if isinstance(node, s.Unit) and isinstance(node.index, s.Name):
        found.counters.add(node.index.text)


def _is_of_arrays(node: s.Syntax) -> bool:
    """An operation that nobody writes for numbers."""
    if isinstance(node, s.Transpose | s.Norm | s.Inner | s.Hadamard):
        return True
    if isinstance(node, s.Call):
        return node.function in _OF_VECTORS and len(node.args) == 1
    if isinstance(node, s.Product):
        return set(node.signs) == {"@"}
    return isinstance(node, s.Quotient | s.Power) and node.elementwise


def _terms(node: s.Syntax) -> set[str]:
    """The names that have the shape of the whole: the terms of a sum, what elementwise operations act on."""
    if isinstance(node, s.Name):
        return {node.text}
    if isinstance(node, s.Sum):
        return {n for t in node.terms for n in _terms(t)}
    if isinstance(node, s.Hadamard):
        return _terms(node.left) | _terms(node.right)
    if isinstance(node, s.Power):
        return _terms(node.base)
    if isinstance(node, s.Call) and node.function in ENTRYWISE:
        return {n for a in node.args for n in _terms(a)}
    return _terms(node.body) if isinstance(node, s.Negative) else set()


def kinds_of(trees: Sequence[Text], scope: Scope, choices: Choices = NOTHING_CHOSEN) -> tuple[dict[str, str], Uses]:
    """The kind of every undeclared name. Raises ReadError when no reading fits, or two fit equally well."""
    found = uses(trees, scope, choices)
    if not found.names:
        return {}, found
    _refuse_words(trees, found)
    options = {n: [(0, "scalar")] if n in choices.numbers else _options(n, found) for n in found.names}
    fixed = {n: o[0][1] for n, o in options.items() if len(o) == 1}
    open_names = [n for n in options if n not in fixed]
    best: tuple[int, list[dict[str, str]], Inference | None] = (1_000, [], None)
    failure: ReadError | None = None
    for cost, choice in _choices([options[n] for n in open_names]):
        if cost > best[0]:
            break
        kinds = fixed | dict(zip(open_names, choice, strict=True))
        try:
            total = cost + _penalty(trees, scope, kinds, choices)
        except ReadError as error:
            failure = failure or error
            continue
        if total < best[0]:
            best = (total, [kinds], None)
        elif total == best[0]:
            best[1].append(kinds)
    if not best[1]:
        if failure is None:
            raise ReadError(
                trees[0][0],
                (0, 1),
                "the shapes of the names cannot be guessed",
                "declarations of " + ", ".join(found.names),
            )
        raise failure
    found.cost = best[0]
    if len(best[1]) > 1:
        _ask(trees, best[1], found)
    return {n: best[1][0][n] for n in found.names}, found


def _refuse_words(trees: Sequence[Text], found: Uses) -> None:
    """An operator that is none of ours, and prose, are no names of quantities."""
    for name, node in found.names.items():
        word = re.split(r"[_^]", name)[0]
        if word.isalpha() and (word.lower() in _OPERATORS or len(word) > _LONGEST_NAME):
            text = next(t for t, tree in trees if any(n is node for n in walk(tree)))
            raise ReadError(text, node.span, f"{word} is not declared and no function that is known", "a declaration")


def _choices(options: list[list[tuple[int, str]]]) -> list[tuple[int, tuple[str, ...]]]:
    combinations = itertools.islice(itertools.product(*options), 4_096)
    ranked = sorted((sum(c for c, _ in combo), tuple(k for _, k in combo)) for combo in combinations)
    return ranked[:MAX_TRIES]


def _penalty(trees: Sequence[Text], scope: Scope, kinds: dict[str, str], choices: Choices) -> int:
    inference = Inference(scope, kinds, choices)
    for text, tree in trees:
        inference.infer(text, tree)
    return inference.penalty


def _ask(trees: Sequence[Text], readings: list[dict[str, str]], found: Uses) -> None:
    """Two readings fit equally well: name the first symbol in which they differ."""
    first, second = readings[0], readings[1]
    name = next(n for n in first if first[n] != second[n])
    text = next(t for t, tree in trees if any(n is found.names[name] for n in walk(tree)))
    raise ReadError(
        text, found.names[name].span, f"{name} may be a {first[name]} or a {second[name]}", f"a declaration of {name}"
    )


def _options(name: str, found: Uses) -> list[tuple[int, str]]:
    """Kinds with what they cost, cheapest first."""
    letter = _letter(name)
    if name in found.counters:
        return [(0, "integer")]
    if name in found.indexed:
        return [(0, "matrix" if found.indexed[name] > 1 else "vector")]
    if name in found.bold:
        return [(0, "matrix"), (5, "vector")] if _upper(letter) else [(0, "vector")]
    if letter.startswith("\\"):
        if _upper(letter):
            return [(0, "matrix"), (2, "scalar")]
        return [(0, "vector"), (3, "scalar")] if name in found.vectorial else [(0, "scalar"), (1, "vector")]
    if letter.isupper():
        return [(0, "matrix"), (1 if letter in _COUNTERS else 3, "scalar")]
    if name in found.vectorial:
        return [(0, "vector"), (4, "scalar")]
    if letter in _COUNTERS or found.bold:
        return [(0, "scalar"), (2, "vector")]
    has_arrays = bool(found.vectorial) or any(_letter(n).isupper() for n in found.names)
    return [(0, "vector"), (1, "scalar")] if has_arrays else [(0, "scalar"), (1, "vector")]


def _letter(name: str) -> str:
    r"""The letter that carries the convention: X of \hat{X}_k, \Sigma of \Sigma_1."""
    while name.startswith("\\") and "{" in name and name.index("{") < (name + "_").index("_"):
        name = name[name.index("{") + 1 :]
    if name.startswith("\\"):
        end = 1
        while end < len(name) and name[end].isalpha():
            end += 1
        return name[:end]
    return name[:1]


def is_capital(name: str) -> bool:
    return _upper(_letter(name))


def _upper(letter: str) -> bool:
    return letter.lstrip("\\")[:1].isupper()


def spoken(name: str, shape: str, kind: str) -> str:
    return f"{name} is not declared; read as {'an' if kind == 'integer' else 'a'} {kind}" + (
        "" if kind in ("scalar", "integer") else f" of shape {shape}"
    )
