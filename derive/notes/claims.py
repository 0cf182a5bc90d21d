r"""The derivatives that a document claims: every link of `\nabla_w L = 2X^\top(Xw - y) = \dots` is a claim.

What mentions a derivative and claims nothing about its value (a condition `\nabla f = 0`, an update rule, the
definition of a gradient by its entries) is an aside: listed with its reason, and no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ..errors import BadInput
from .context import KNOWN, LOSSES, STEP, USUAL_FUNCTIONS, Context, Definition, all_keys, key_of, plain
from .declared import declare_explicit, declare_in_maths, declare_membership, declare_prose, is_dots, matrix_rows
from .derivatives import Derivative, derivatives, is_derivative
from .documents import Fragment, Source
from .names import canonical, name_end, name_of, name_spans
from .normalize import normalized
from .statements import EQUALS, Statement, statements
from .tex import Macros, Tex, Tok, bare, definitions, expand, group_end, split, text_of, tokens, undecorated

_NOT_DEFINING = frozenset([*r"\arg \argmin \argmax \lim \max \min \sup \inf \int \nabla".split(), "?"])
_LIMITS = frozenset([r"\lim", r"\sup", r"\inf"])


@dataclass(frozen=True)
class Claim:
    """`derivative = side`, as link number `link` of a chain whose whole text is `statement`.

    A stationary claim is a row `side = 0` after `derivative = 0`: it says what the derivative is, up to a factor.
    """

    place: int
    source: Source
    start: int
    end: int
    derivative: Derivative
    anchor: Tex
    side: Tex
    link: int
    statement: str
    chain: tuple[Tex, ...] = ()
    stationary: bool = False

    @property
    def latex(self) -> str:
        return f"{text_of(self.anchor)} = {text_of(self.side)}".replace("  ", " ")


@dataclass(frozen=True)
class Aside:
    """Something with a derivative in it that is no claim, or could not even be cut into claims (`unread`)."""

    source: Source
    start: int
    text: str
    reason: str
    unread: bool = False


@dataclass
class Found:
    """All that was found in one document."""

    context: Context = field(default_factory=Context)
    claims: list[Claim] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)


def collect(fragments: Sequence[Fragment], found: Found | None = None) -> Found:
    """The claims of a document, and the definitions and shapes that they rest on."""
    found = found or Found()
    macros = _preamble(fragments)
    found.context.sections = [f.section for f in fragments]
    formulas = [_formula(f, macros, found) if f.kind == "math" else () for f in fragments]
    read = [_statements(f, tex, found) for f, tex in zip(fragments, formulas, strict=True)]
    _declare_all(fragments, formulas, read, found.context)
    found.context.losses = {
        key_of(bare(one.function))
        for group in read for s in group for side in s.sides for one in derivatives(side) if name_of(one.function)
    } & LOSSES  # fmt: skip
    found.context.elementwise |= {
        key_of(tex[i:j]) for tex in formulas for i, j in name_spans(tex) if j < len(tex) and tex[j].text == "'"
        and plain(key_of(tex[i:j])) in found.context.functions | USUAL_FUNCTIONS | KNOWN
    }  # fmt: skip
    found.context.functions |= set(map(plain, found.context.elementwise))
    _claims_of_all(fragments, read, found)
    return found


def _preamble(fragments: Sequence[Fragment]) -> Macros:
    macros: Macros = {}
    for source in dict.fromkeys(f.source for f in fragments if f.source.path.suffix == ".tex"):
        definitions(tokens(source.text), macros)
    return macros


def _formula(fragment: Fragment, macros: Macros, found: Found) -> Tex:
    try:
        return normalized(undecorated(expand(definitions(tokens(fragment.text, fragment.start), macros), macros)))
    except (BadInput, RecursionError) as error:
        found.asides.append(Aside(fragment.source, fragment.start, fragment.text[:200], str(error), unread=True))
        return ()


def _statements(fragment: Fragment, tex: Tex, found: Found) -> list[Statement]:
    try:
        return statements(tex) if tex else []
    except (BadInput, RecursionError) as error:
        found.asides.append(Aside(fragment.source, fragment.start, fragment.text[:200], str(error), unread=True))
        return []


# ---------------------------------------------------------------------------------- definitions and declarations


def _declare_all(fragments: Sequence[Fragment], formulas: Sequence[Tex], read: Sequence[list[Statement]],
                 context: Context) -> None:  # fmt: skip
    met: set[str] = set()
    for number, group in enumerate(read):
        for place, statement in _placed(number, group):
            declare_membership(statement, place, context)
            declare_in_maths(statement, place, context)
            if not declare_explicit(statement, place, context):
                define(statement, place, context)
                _name_gradient(statement, place, context, met)
                _note_phrase(statement, place, context)
            met |= all_keys(statement.sides)
    for _, run in groupby(range(len(fragments)), key=lambda k: (id(fragments[k].source), fragments[k].block)):
        places = list(run)
        _declare_block(fragments, formulas, places, context)


def _placed(number: int, group: Sequence[Statement]) -> Iterator[tuple[int, Statement]]:
    """The statements of a fragment with their places in the reading order."""
    return ((number * STEP + min(k, STEP - 1), statement) for k, statement in enumerate(group))


def _declare_block(fragments: Sequence[Fragment], formulas: Sequence[Tex], places: list[int],
                   context: Context) -> None:  # fmt: skip
    """The prose of one paragraph, with its formulas as <0>, <1> ..., and equations broken by prose (`$z$ = code`)."""
    prose = ""
    maths: list[Tex] = []
    for k in places:
        if fragments[k].kind == "math" and not fragments[k].display:
            prose += f"<{len(maths)}>"
            maths.append(formulas[k])
        else:
            prose += fragments[k].text if fragments[k].kind == "text" else " ; "
    context.einstein = context.einstein or "Einstein" in prose
    if maths:
        declare_prose(prose, maths, places[0] * STEP, context)
    for tex in _broken_equations(fragments, formulas, places):
        for statement in statements(normalized(tex)):
            define(statement, places[0] * STEP, context)


def _broken_equations(fragments: Sequence[Fragment], formulas: Sequence[Tex], places: list[int]) -> Iterator[Tex]:
    r"""`$z$ = \verb|np.sum(|$X$\verb|, axis=0)|` as one formula: an equals sign outside the mathematics."""
    run: list[Tok] = []
    equals = False
    for k in [*places, -1]:
        text = fragments[k].text if k >= 0 else "."
        if k >= 0 and fragments[k].kind == "math":
            run += formulas[k]
        elif k >= 0 and fragments[k].kind == "code" and len(text) < 40:
            run += tokens(rf"\mathtt{{{text.strip()}}}", fragments[k].start)
        elif text.strip() == "=":
            run += tokens("=", fragments[k].start)
            equals = True
        elif text.strip() or k < 0:
            if equals:
                yield tuple(run)
            run, equals = [], False


def define(statement: Statement, place: int, context: Context) -> None:
    r"""`L = \|Xw - y\|^2`, `f(x) = e^x`, `u = f(x) = e^x`, `(x, y) \mapsto f(x, y) = ...` define their left sides."""
    sides, relations = statement.sides, statement.relations
    if relations[:1] == (r"\mapsto",):
        sides, relations = sides[1:], relations[1:]
    heads: list[tuple[str, tuple[str, ...]]] = []
    for side, relation in zip(sides, relations, strict=False):
        head = _head(side)
        if head is None or relation not in EQUALS:
            break
        heads.append(head)
    body = sides[len(heads)] if len(sides) > len(heads) else ()
    _note_function(heads[-1][0] if heads else "", body or sides[-1], place, context)
    if heads and _defines(body):
        for name, parameters in heads:
            context.define(name, Definition(name, parameters, body, place))
    elif len(heads) > 1 and not body:
        _define_by_call(heads, sides, place, context)


def _name_gradient(statement: Statement, place: int, context: Context, met: set[str]) -> None:
    r"""`\delta = \frac{\partial L}{\partial z}`, also `\frac{\partial L}{\partial z} = \delta`, if it is new."""
    if not all(relation in EQUALS for relation in statement.relations):
        return
    gradient = next((side for side in statement.sides if is_derivative(side)), None)
    for k, side in enumerate(statement.sides if gradient is not None else ()):
        if name_of(side) and not is_derivative(side) and (k == 0 or key_of(side) not in met):
            context.named.setdefault(key_of(side), []).append((place, gradient or ()))


def _note_phrase(statement: Statement, place: int, context: Context) -> None:
    r"""`\log p(y \mid \mu) = ...` and `\sigma^2 = ...`: what has no formula under its logarithm or its square."""
    for side, relation, body in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
        squared = len(side) > 2 and [tok.text for tok in side[-2:]] == ["^", "2"] and name_of(side[:-2])
        logarithm = bool(side) and side[0].text in (r"\log", r"\ln")
        if relation in EQUALS and (squared or logarithm) and _defines(body):
            context.phrases.setdefault(text_of(side).strip(), []).append((place, body))


def _define_by_call(
    heads: list[tuple[str, tuple[str, ...]]], sides: Sequence[Tex], place: int, context: Context
) -> None:
    """`y = f(x)`: y is that call."""
    for (name, parameters), side in zip(heads, sides[1:], strict=False):
        context.define(name, Definition(name, parameters, side, place))


def _note_function(name: str, body: Tex, place: int, context: Context) -> None:
    """In `u = g(x)` g is a function, even if nothing else says so."""
    head = _head(body)
    if not name or head is None or head[0] == name or not head[1] or len(head[0]) > len(r"\varphi"):
        return
    context.functions.add(plain(head[0]))
    known = context.definition(head[0], place)
    if known is not None and len(known.parameters) not in (0, len(head[1])):
        context.define(head[0], Definition(head[0], head[1], (), place))  # f(x, y, z) is another f than f(x) = ...


def _head(side: Tex) -> tuple[str, tuple[str, ...]] | None:
    """The key and the parameters of `f(x, y)`, or of a mere name."""
    if name_of(side):
        return key_of(side), ()
    end = name_end(side, 0)
    if not end or end >= len(side) or side[end].text not in ("(", r"\left") or group_end(side, end) != len(side):
        return None
    parameters = [part for _, part in split(bare(side[end:]), lambda tok: tok.text in (",", ";")) if not is_dots(part)]
    if not all(name_of(p) for p in parameters):
        return None
    return key_of(side[:end]), tuple(key_of(p) for p in parameters)


def _defines(body: Tex) -> bool:
    if not body or body[0].text == r"\begin" or derivatives(body) or _has_noise(body):
        return False
    return not any(tok.text in _NOT_DEFINING for tok in body)


def _has_noise(body: Tex) -> bool:
    r"""`y = X \beta + \varepsilon` is a model of data, and y no abbreviation."""
    last = split(body, lambda tok: tok.text in ("+", "-"))[-1]
    head = last[1][:1]
    return bool(last[0] and head and head[0].text in (r"\varepsilon", r"\epsilon") and name_of(last[1]))


# --------------------------------------------------------------------------------------------------------- claims


def _claims_of_all(fragments: Sequence[Fragment], read: Sequence[list[Statement]], found: Found) -> None:
    """The claims of every fragment; a display that begins with `=` goes on with the chain of the display before it."""
    chain: Statement | None = None
    for number, group in enumerate(read):
        if not group:
            if fragments[number].text.strip():
                chain = None
            continue
        if chain is not None and not group[0].sides[0] and fragments[number].display:
            group = [Statement(chain.sides + group[0].sides[1:], chain.relations + group[0].relations), *group[1:]]
            _claims(fragments[number], number, group, found, done=len(chain.sides))
        else:
            _claims(fragments[number], number, group, found)
        chain = group[-1] if fragments[number].display else None


def _claims(fragment: Fragment, number: int, group: list[Statement], found: Found, done: int = 0) -> None:
    """The claims of one fragment; `done` sides of its first statement were seen in the fragment before."""
    stationary: tuple[Derivative, Tex] | None = None
    for place, statement in _placed(number, group):
        functions = found.context.functions
        anchors = [is_derivative(side, functions) for side in statement.sides]
        first = next((k for k, one in enumerate(anchors) if one), None)
        if first is not None and _has_link(statement, first):
            anchor = anchors[first]
            assert anchor is not None
            found.claims += _links(fragment, place, statement, first, anchor, found, done)
            zero = first + 1 < len(statement.sides) and is_zero(statement.sides[first + 1])
            stationary = (anchor, statement.sides[first]) if zero else None
        elif stationary is not None and len(statement.sides) == 2 and is_zero(statement.sides[1]):
            found.claims.append(_claim(fragment, place, statement, 0, *stationary, statement.sides[0], True))
        else:
            stationary = None
            _aside(fragment, statement, functions, found)
        done = 0


def _has_link(statement: Statement, first: int) -> bool:
    return any(relation in EQUALS for relation in statement.relations[first:])


def _links(
    fragment: Fragment, place: int, statement: Statement, first: int, anchor: Derivative, found: Found, done: int
) -> Iterator[Claim]:
    for k in range(max(first + 1, done), len(statement.sides)):
        side, relation = statement.sides[k], statement.relations[k - 1]
        if relation not in EQUALS:
            break
        if not side:
            continue
        reason = _no_claim(side, anchor, place, found.context)
        if reason:
            found.asides.append(Aside(fragment.source, side[0].at, statement.text, reason))
        else:
            yield _claim(fragment, place, statement, k - first, anchor, statement.sides[first], side)


def _claim(fragment: Fragment, place: int, statement: Statement, link: int, anchor: Derivative, anchor_tex: Tex,
           side: Tex, stationary: bool = False) -> Claim:  # fmt: skip
    start = side[0].at if link != 1 else min(statement.sides[0][0].at, side[0].at)
    return Claim(place, fragment.source, start, max(tok.at for tok in side) + 1, anchor, anchor_tex, side, link,
                 statement.text, statement.sides, stationary)  # fmt: skip


def is_zero(side: Tex) -> bool:
    return text_of(bare(side)).strip() in ("0", r"\mathbf{0}", r"\boldsymbol{0}", r"\bm{0}", r"\vec{0}", r"\mathbf 0")


def _no_claim(side: Tex, anchor: Derivative, place: int, context: Context) -> str:
    """Why a side says nothing about the value of the derivative; nothing when it does."""
    if any(tok.text in _LIMITS for tok in side):
        return "the definition of the derivative by a limit"
    entries = [entry for row in matrix_rows(side) for entry in row]
    entries = [tuple(tok for tok in entry if not is_dots((tok,))) for entry in entries]
    if any(entries) and all(not e or is_derivative(e, context.functions) for e in entries):
        return "the derivative laid out by its entries: a convention"
    if _is_renotation(side, anchor, place, context):
        return "the same derivative in another notation"
    return ""


def _is_renotation(side: Tex, anchor: Derivative, place: int, context: Context) -> bool:
    """The same function by the same variables in another notation, in any order and however nested: `y' = dy/dx`."""
    (name, variables), own = _flat(anchor, place, context), is_derivative(side, context.functions)
    if own is None:
        function = _abbreviated(side)
        return bool(function) and canonical(function) == name
    if "differential" in (own.kind, anchor.kind):
        return False
    other, more = _flat(own, place, context)
    indices = [variable.partition("_")[2] for variable in variables]
    return name == other and (more in (variables, indices, []) or not variables)


def _abbreviated(side: Tex) -> Tex:
    """The function in `y'`, `f_x` and `f_{x_i}`; nothing for another side."""
    if len(side) > 1 and side[-1].text == "'" and name_of(side[:-1]):
        return side[:-1]
    cut = next((k for k, tok in enumerate(side) if tok.text == "_"), 0)
    return side[:cut] if name_of(side) else ()


def _flat(derivative: Derivative, place: int, context: Context) -> tuple[str, list[str]]:
    """The name of the function, through `y = f(x)`, and the variables."""
    variables = [canonical(bare(w)) for w in derivative.wrt]
    function = bare(derivative.function)
    inner = is_derivative(function, context.functions)
    if inner is not None and inner.kind != "differential":
        name, more = _flat(inner, place, context)
        return name, sorted([*variables, *more])
    head = _head(function)
    definition = context.definition(head[0], place) if head else None
    called = _head(definition.body) if definition and definition.body else None
    if called is not None and called[1]:
        head = called
    return head[0] if head else canonical(function), sorted(variables)


def _aside(fragment: Fragment, statement: Statement, functions: Iterable[str], found: Found) -> None:
    """A statement with derivatives in it and no link to claim."""
    if len(statement.sides) < 2 or not any(derivatives(side, list(functions)) for side in statement.sides):
        return
    at = next(side[0].at for side in statement.sides if side)
    if _head(statement.sides[0]) is not None:
        reason = "a name is given to a derivative" if statement.relations[0] in EQUALS else "no equation"
    elif not any(relation in EQUALS for relation in statement.relations):
        reason = "no equation"
    else:
        reason = "a derivative inside a larger equation"
    found.asides.append(Aside(fragment.source, at, statement.text, reason))


def looks_like_derivative(text: str) -> bool:
    """A cheap question for fragments that could not be cut."""
    return bool(re.search(r"\\nabla|\\partial|\\frac\{d|\\dv", text))
