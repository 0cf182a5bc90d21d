r"""Equations about derivatives: \frac{\partial f}{\partial x} = g, \nabla_x f = g = h, df = tr(G^T dX)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..errors import ReadError
from ..nodes import Node
from ..symbols import Family
from . import syntax as s
from .asides import without_asides
from .chains import chains_of
from .conventions import Text
from .definitions import head_of, is_derivative
from .formula import Formula, Reader, Where, unwrapped
from .heads import Operator, as_derivative, as_fraction, is_operator_of, nested, raised_order, sign_length
from .macros import Macro, as_macros
from .motions import along_motion, moving, rate_of, with_rates
from .nablas import settled
from .parser import prepare
from .ranges import with_ranges
from .relations import NEARLY, Remainder, added_names, at_approximations, centres, moved_names, without_remainder
from .scope import Scope, make_scope
from .statements import Statements, apart_from_definitions, is_beside, without_name
from .syntax import walk
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Claim:
    """One link of a chain: what it says the derivative is. `function` is set when it says "the derivative of that"."""

    text: str
    span: s.Span
    expression: Node | None = None
    function: Node | None = None
    error: ReadError | None = None
    assumptions: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()  # names that nothing declares


@dataclass(frozen=True, slots=True)
class Equation:
    """`kind`: derivative, hessian, mixed, vec or differential; `sign`: as it was written, ∂, d, ∇.

    A differential is of `order` 1, or 2 for d2f and D2f(x)[h, h], and so on.
    A mixed derivative is by `first` and then by `wrt`; `oriented` when the text says that `first` counts the rows.
    Another derivative is `oriented` when it is by x^T or vec(X)^T, which count the columns.
    An identity f = claim, and an expansion f = claim + `remainder`, have no variable: there `wrt` is f. What is small
    is one of the names `small`, all of `together`, or x - a for an (x, a) of `around`.
    """

    text: str
    f: Node
    wrt: Node
    kind: str
    claims: tuple[Claim, ...]
    symbols: Mapping[str, Node | Family] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    sign: str = "∂"
    differentials: Mapping[str, Node] = field(default_factory=dict)
    first: tuple[Node, ...] = ()
    oriented: bool = False
    remainder: Remainder | None = None
    small: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    around: tuple[tuple[str, str | Fraction], ...] = ()
    order: int = 1


def read_equation(
    text: str,
    where: Where | None = None,
    *,
    macros: Mapping[str, str | Macro] | None = None,
    definitions: Mapping[str, Node] | None = None,
    wrt: str | None = None,
) -> Equation:
    r"""Read an equation whose left side is a derivative, and the definitions beside it: y = Ax, f(w) = ..., A = A^T.

    Every further side is a claim; one that cannot be read carries its error.
    `wrt` is the variable of a gradient that does not name it (\nabla f).
    Raises ReadError when the left side is no derivative of a known function.
    """
    return read_equations(text, where, macros=macros, definitions=definitions, wrt=wrt)[0]


def read_equations(
    text: str,
    where: Where | None = None,
    *,
    macros: Mapping[str, str | Macro] | None = None,
    definitions: Mapping[str, Node] | None = None,
    wrt: str | None = None,
) -> list[Equation]:
    """All equations about derivatives in a text, as `read_equation` reads the first."""
    declared, beside = apart_from_definitions(where)
    text, declared, facts = without_asides(unwrapped(text), declared)
    text += "".join(rf", \quad {name} {value}" for name, value in beside.items())
    scope, table = make_scope(with_ranges(declared, [text]), definitions), as_macros(macros)
    chains = [without_name(c) for c in chains_of(prepare(text, scope, table), text)]
    functions = {h.name for c in chains if len(c) > 1 and (h := head_of(c[0])) is not None}
    about = [is_operator_of(c[0], functions) if c else False for c in chains]  # H_f = ... beside f(x) = ...
    beside_claims = [c for c, claimed in zip(chains, about, strict=True) if not claimed and is_beside(c)]
    claims = [_in_sides(c) for c, claimed in zip(chains, about, strict=True) if claimed or not is_beside(c)]
    if not chains or len((claims or chains)[0]) < 2:
        raise ReadError(text, (0, max(len(text), 1)), "found no equation", "\\frac{\\partial f}{\\partial x} = ...")
    if not claims:
        claims, beside_claims = chains[:1], chains[1:]
    statements = Statements(text, scope, [*claims, *beside_claims], beside_claims, facts)
    return [_Chain(text, scope, table, sides, wrt, statements).read() for sides in claims if len(sides) > 1]


def _in_sides(chain: list[list[Token]]) -> list[list[Token]]:
    """A chain of one side, L \\approx R, in two; a derivative is approximated by formulas that are no claims."""
    return at_approximations(chain) if not is_derivative(chain[0]) else chain


class _Chain:
    """A chain of sides, the first of which is the derivative."""

    def __init__(
        self,
        text: str,
        scope: Scope,
        macros: Mapping[str, Macro],
        sides: list[list[Token]],
        wrt: str | None,
        statements: Statements,
    ) -> None:
        self.text, self.scope, self.macros, self.sides = text, scope, macros, sides
        self.wrt_text = wrt
        self.parse, self.definitions = statements.parse, statements.definitions
        self.facts = statements.facts
        self.notes: list[str] = []
        self.variables: list[s.Syntax] = []

    def read(self) -> Equation:
        left = as_fraction(self.sides[0])
        trees = self._attempts(differentials=self._is_differential(left))
        if self._is_differential(left):
            return self._differential(left, trees)
        operator = Operator(self.parse, self.scope, self.definitions.found)
        derivative = operator.read(left)
        if operator.directions and derivative is not None:
            return self._directional(derivative, operator.directions, trees)
        if derivative is not None:
            return self._along_factor(derivative, trees) or self._derivative(derivative, False, trees)
        tree = self._settled(self.parse(left))
        derivative, transposed = as_derivative(tree)
        if derivative is not None and not transposed:
            found = self._along_time(derivative, trees)
            if found is not None:
                return found
        if derivative is not None:
            return self._derivative(derivative, transposed, trees)
        return self._rate(tree, trees) or self._relation(tree)

    # --- along a motion, along a direction ----------------------------------------------------------------------
    def _along_factor(self, node: s.Derivative, trees: list[s.Syntax | ReadError]) -> Equation | None:
        """Df(x)h: the derivative along h."""
        body = node.body
        if node.order != 1 or node.sign != "D" or node.variables or not isinstance(body, s.Product):
            return None
        if len(body.factors) != 2 or not self.definitions.parameters(body.factors[0]):
            return None
        self.notes.append(f"the derivative of {self._written(body.factors[0])} along {self._written(body.factors[1])}")
        return self._directional(replace(node, body=body.factors[0]), [body.factors[1]], trees)

    def _along_time(self, node: s.Derivative, trees: list[s.Syntax | ReadError]) -> Equation | None:
        r"""\frac{d}{dt} f where no t stands in f, but x does, and \dot x in the text."""
        body, by, _ = nested(node)
        if (
            body is None
            or node.order != 1
            or node.sign not in ("d", "∂")
            or len(by) != 1
            or not isinstance(by[0], s.Name)
        ):
            return None
        t = by[0].text
        if t in _names(self.definitions.put_in(body)):
            return None
        return self._moved(body, [x if isinstance(x, ReadError) else with_rates(x, t) for x in trees])

    def _rate(self, left: s.Syntax, trees: list[s.Syntax | ReadError]) -> Equation | None:
        r"""\dot V = ... of a defined V."""
        name = next((n for n in self.definitions.found if isinstance(left, s.Name) and left.text == rate_of(n)), None)
        return None if name is None else self._moved(s.Name(left.span, name), trees)

    def _moved(self, body: s.Syntax, trees: list[s.Syntax | ReadError]) -> Equation | None:
        """The rate of f, from the rates of what moves in it."""
        found = self.definitions.found
        said = {n for tree in trees if isinstance(tree, s.Syntax) for n in _names(self.definitions.put_in(tree))}
        whole = self.definitions.put_in(body)
        names = moving(whole, {*found, *self.scope.names, *said})
        if not names:
            return None
        if all(rate_of(v.text) in found for v in names):
            of = self._reader().finish([(self.text, whole)])[0].expression
            return self._relation(along_motion(body, names, of.is_scalar))
        if any(rate_of(v.text) in found for v in names):
            wanted = ", ".join(rate_of(v.text) for v in names if rate_of(v.text) not in found)
            raise ReadError(self.text, body.span, "some of the rates are defined, and some are not", f"{wanted} = ...")
        rates = [s.Name(v.span, rate_of(v.text)) for v in names]
        first = [(self.text, tree) for v, r in zip(names, rates, strict=True) for tree in (s.Sum(v.span, (v, r)), r)]
        trees = [x if isinstance(x, ReadError) else self.definitions.put_in(x) for x in trees]
        equation = self._finish([(self.text, whole), (self.text, names[0])], "differential", trees, "d", first=first)
        along = {v.text: rate for v, rate in zip(names, equation.first[1::2], strict=False)}
        return replace(equation, differentials=along, first=())

    def _attempts(self, differentials: bool) -> list[s.Syntax | ReadError]:
        found: list[s.Syntax | ReadError] = []
        for side in self.sides[1:]:
            try:
                found.append(self.parse(side, differentials))
            except ReadError as error:
                found.append(error)
        return found

    def _is_differential(self, left: list[Token]) -> bool:
        """df, d(...), d^2 f, \\mathrm d \\log X: a sign, not followed by a subscript and not part of a fraction."""
        first = left[0]
        if not (first.text == "∂" or (first.text == "d" and (first.mark == "roman" or not self.scope.is_symbol("d")))):
            return False
        rest = left[sign_length(left) :]
        if not rest or rest[0].kind in ("sub", "sup") or rest[0].kind == "op":
            return False
        return not any(t.text == "/" for t in left)

    # --- relations ----------------------------------------------------------------------------------------------
    def _settled(self, tree: s.Syntax) -> s.Syntax:
        return settled(tree, self.definitions.found, self.text, self._inferred)

    def _relation(self, left: s.Syntax) -> Equation:
        """L = R, which must hold for all values, or L = R up to what is small."""
        last, remainder = without_remainder(self.sides[-1])
        if remainder is None and any(between in self._signs() for between in NEARLY):
            remainder = Remainder()
        self.sides[-1] = last
        trees: list[s.Syntax | ReadError] = [
            t if isinstance(t, ReadError) else self.definitions.put_in(self._settled(t))
            for t in self._attempts(differentials=False)
        ]
        left = self.definitions.put_in(left)
        for tree in (t for t in trees if isinstance(t, s.Syntax)):
            self._refuse_strangers(left, tree)
        head = [(self.text, left), (self.text, left)]
        kind = "identity" if remainder is None else "expansion"
        found = self._finish(head, kind, trees, "=")
        if remainder is None:
            return found
        read = [t for t in trees if isinstance(t, s.Syntax)]
        around = tuple(centres(read, left))
        small = moved_names(left) if len(remainder.small) != 1 else remainder.small
        return replace(found, remainder=remainder, small=small, together=added_names(left), around=around)

    def _refuse_strangers(self, left: s.Syntax, right: s.Syntax) -> None:
        """A relation of letters that nothing declares and one side alone has says nothing: H_f = A + A^T."""
        bound = _bound(left) | _bound(right)
        for tree, others in ((left, _names(right)), (right, _names(left))):
            for x in (n for n in walk(tree) if isinstance(n, s.Name)):
                if x.text in others | bound or self.scope.find(x.text) is not None or x.text in self.scope.sizes:
                    continue
                wanted = f"a declaration of it, or a definition beside the claim: {x.text} = ..."
                raise ReadError(self.text, x.span, f"{x.text} stands on one side alone and is not declared", wanted)

    def _signs(self) -> str:
        """What stands between the sides."""
        gaps = zip(self.sides, self.sides[1:], strict=False)
        return "".join(self.text[max(t.end for t in a) : b[0].start] for a, b in gaps)

    # --- derivatives --------------------------------------------------------------------------------------------
    def _derivative(self, node: s.Derivative, transposed: bool, trees: list[s.Syntax | ReadError]) -> Equation:
        body, variables, vec = nested(node)
        if body is None:
            raise ReadError(self.text, node.span, "the derivative of nothing", "a function")
        argument = self._argument_apart_from(node, body, variables)
        if argument is not None:
            self.notes.append(f"the derivative of {self._written(body)} along {self._written(variables[0])}")
            return self._directional(replace(node, variables=(argument,)), [variables[0]] * node.order, trees)
        variables = variables or [self._inferred(node, body)]
        if node.order == 2 and len(variables) == 1:
            variables = variables * 2
        self.notes += [f"the derivative is by the quantity {self._written(v)}" for v in variables if _is_power(v)]
        self.variables = [_plain(v) for v in variables]
        if node.order > 4 or len(variables) > 4:
            raise ReadError(self.text, node.span, "a derivative of too high an order", "order 1 to 4")
        kept = frozenset(name for v in variables for name in _names(_plain(v)))
        body = self.definitions.put_in(body, kept=kept)
        trees = [t if isinstance(t, ReadError) else self.definitions.put_in(t, kept=kept) for t in trees]
        self._known(body, variables[0])
        self._refuse_motion(node, body, variables)
        if len(variables) == 1:
            head: list[Text] = [(self.text, body), (self.text, variables[0])]
            return self._finish(
                head, "vec" if vec else "derivative", trees, node.sign, transposed, oriented=node.oriented
            )
        return self._several(body, variables, trees, node.sign)

    def _argument_apart_from(self, node: s.Derivative, body: s.Syntax, variables: list[s.Syntax]) -> s.Syntax | None:
        r"""x of D_v f(x) and \nabla_v f(x), where v is no letter of f: the derivative along v."""
        named = len(variables) == 1 and isinstance(variables[0], s.Name) and node.sign in ("D", "∇")
        if not (named and isinstance(body, s.Application) and len(body.args) == 1 and isinstance(body.args[0], s.Name)):
            return None
        return None if _names(variables[0]) & _names(self.definitions.put_in(body)) else body.args[0]

    def _written(self, node: s.Syntax) -> str:
        return " ".join(self.text[node.span[0] : node.span[1]].split())

    def _several(
        self, body: s.Syntax, variables: list[s.Syntax], trees: list[s.Syntax | ReadError], sign: str
    ) -> Equation:
        """A Hessian, or a derivative by several variables; a transposed one counts the columns."""
        plain = [_plain(v) for v in variables]
        if len(plain) == 2 and s.same(*plain):
            return self._finish([(self.text, body), (self.text, plain[0])], "hessian", trees, sign)
        flipped = [isinstance(v, s.Transpose) for v in variables]
        if len(plain) == 2 and flipped[0] and not flipped[1]:
            plain.reverse()
        oriented = len(plain) == 2 and flipped[0] != flipped[1]
        head = [(self.text, body), (self.text, plain[-1])]
        return self._finish(head, "mixed", trees, sign, first=[(self.text, v) for v in plain[:-1]], oriented=oriented)

    def _directional(
        self, node: s.Derivative, directions: list[s.Syntax], trees: list[s.Syntax | ReadError]
    ) -> Equation:
        """Df(x)[h] and D^2f(x)[h, h]: the differential, with h for dx."""
        body, variables, _ = nested(node)
        h = directions[0]
        alike = len(directions) == node.order and all(s.same(h, d) for d in directions)
        if body is None or not alike or not isinstance(h, s.Name) or h.text in _names(self.definitions.put_in(body)):
            wanted = "one letter of its own for the direction, as often as the order"
            raise ReadError(self.text, h.span, "cannot read these directions", wanted)
        x = variables[0] if variables else self._inferred(node, body)
        put_in = self.definitions.put_in
        kept = frozenset(_names(x))
        trees = [t if isinstance(t, ReadError) else put_in(self._settled(t), kept=kept) for t in trees]
        alike_shapes = s.Sum(h.span, (x, h))  # a direction has the shape of its variable
        head, first = [(self.text, put_in(body)), (self.text, x)], [(self.text, alike_shapes), (self.text, h)]
        found = self._finish(head, "differential", trees, "D", first=first)
        along = {getattr(found.wrt, "name", ""): found.first[-1]} if found.first else {}
        return replace(found, differentials=along, first=(), order=node.order)

    def _inferred(self, node: s.Derivative, body: s.Syntax) -> s.Syntax:
        """The variable of a gradient that does not name it: the argument of f(x), or the only name there is."""
        if self.wrt_text is not None:
            return Reader(self.scope, self.macros).parse_all([self.wrt_text], False)[0][1]
        self._at_a_letter(body)
        given = [x for x in walk(body) if isinstance(x, s.Application)]
        parameters = self.definitions.parameters(body)
        if len(given) == 1 and given[0] is body and len(given[0].args) == 1 and isinstance(given[0].args[0], s.Name):
            found = given[0].args[0]
        elif len(parameters) == 1:
            found = s.Name(body.span, parameters[0])
        else:
            names = {x.text: x for x in walk(self.definitions.put_in(body)) if isinstance(x, s.Name)}
            free = [x for n, x in names.items() if n not in self.scope.sizes and n not in _bound(body)]
            if len(free) != 1:
                raise ReadError(self.text, node.span, "this gradient does not name its variable", "\\nabla_x f")
            found = free[0]
        self.notes.append(f"the derivative is by {found.text}, which the text leaves out")
        return found

    def _at_a_letter(self, body: s.Syntax) -> None:
        r"""Refuse \nabla f(Ax) and \nabla f(0), whose variable is no letter that stands there."""
        of = body.body if isinstance(body, s.Transpose) else body
        if isinstance(of, s.Application) and not all(isinstance(a, s.Name) for a in of.args):
            wanted = rf"\nabla {of.function} at a letter, or \nabla_x for the derivative of {self._written(of)} by x"
            raise ReadError(self.text, of.span, "the gradient at a point that is no letter", wanted)

    def _refuse_motion(self, node: s.Derivative, body: s.Syntax, variables: list[s.Syntax]) -> None:
        r"""Refuse d/dt of f(x) where \dot x = ... says how x moves with t: x is no constant."""
        moving = [n for n in sorted(_names(body)) if rf"\dot{{{n}}}" in self.definitions.found]
        if moving and not _names(variables[0]) & _names(body):
            wanted = rf"the derivative along h = \dot{{{moving[0]}}}: D f({moving[0]})[h] = ..."
            raise ReadError(
                self.text, node.span, f"{moving[0]} moves by a law of its own, which is not followed", wanted
            )

    def _known(self, body: s.Syntax, variable: s.Syntax) -> None:
        """The derivative of a letter that was never defined is not zero: ask."""
        of = body.body if isinstance(body, s.Index) else body
        if isinstance(of, s.Name) and of.text not in self.scope.names and of.text not in _names(variable):
            raise ReadError(
                self.text,
                of.span,
                f"{of.text} is not defined",
                f"a definition of {of.text}, such as {of.text} = ... beside it",
            )

    def _finish(
        self,
        head: list[Text],
        kind: str,
        trees: list[s.Syntax | ReadError],
        sign: str,
        transposed: bool = False,
        first: Sequence[Text] = (),
        oriented: bool = False,
    ) -> Equation:
        formulas: list[Formula] = []
        claims = []
        for side, tree in zip(self.sides[1:], trees, strict=True):
            span = (side[0].start, max(t.end for t in side))
            text = self.text[span[0] : span[1]]
            try:
                if isinstance(tree, ReadError):
                    raise tree
                formulas, claim = self._claim(head, kind, tree, text, span, transposed, first)
                claims.append(claim)
            except ReadError as error:
                claims.append(Claim(text, span, error=error))
        if not formulas:
            formulas = self._reader().finish([*head, *first])
            formulas[2:2] = formulas[:1]
        said = tuple(dict.fromkeys([*self.notes, *(a for x in (*formulas[:2], *formulas[3:]) for a in x.assumptions)]))
        differentials = formulas[2].differentials if len(formulas) > 2 else {}
        return Equation(
            self.text,
            formulas[0].expression,
            formulas[1].expression,
            kind,
            tuple(claims),
            formulas[0].symbols,
            said,
            sign,
            differentials,
            tuple(x.expression for x in formulas[3:]),
            oriented,
        )

    def _reader(self) -> Reader:
        return Reader(self.scope, self.macros, self.facts)

    def _claim(
        self,
        head: list[Text],
        kind: str,
        tree: s.Syntax,
        text: str,
        span: s.Span,
        transposed: bool,
        first: Sequence[Text],
    ) -> tuple[list[Formula], Claim]:
        function = _combined(tree)
        if function is not None:
            self._same_variables(tree)
            self._known(function, head[1][1])
            formulas = self._reader().finish([*head, (self.text, function), *first])
            return formulas, Claim(text, span, function=formulas[2].expression, assumptions=formulas[2].assumptions)
        formulas = self._reader().finish([*head, (self.text, tree), *first], kind)
        claim, last = formulas[2].expression, formulas[2]
        said = claim.T if transposed else claim
        return formulas, Claim(text, span, said, assumptions=last.assumptions, guessed=last.guessed)

    def _same_variables(self, tree: s.Syntax) -> None:
        """A side that is a derivative itself must be by the variables of the left side."""
        for d in walk(tree):
            if isinstance(d, s.Derivative) and d.body is not None:
                _, variables, _ = nested(d)
                variables = variables * 2 if d.order == 2 and len(variables) == 1 else variables
                count = len(variables) or d.order
                alike = all(s.same(_plain(a), b) for a, b in zip(variables, self.variables, strict=False))
                if count != len(self.variables) or not alike:
                    wanted = "the same variables, or the derivative written out"
                    raise ReadError(self.text, d.span, "a derivative by other variables than the left side", wanted)
                return

    # --- differentials ------------------------------------------------------------------------------------------
    def _differential(self, left: list[Token], trees: list[s.Syntax | ReadError]) -> Equation:
        sign = sign_length(left)
        body = self.definitions.put_in(self.parse(left[sign:]))
        trees = [t if isinstance(t, ReadError) else self.definitions.put_in(t) for t in trees]
        of = [
            d.body for tree in trees if isinstance(tree, s.Syntax) for d in walk(tree) if isinstance(d, s.Differential)
        ]
        if not of:
            first = next((t for t in trees if isinstance(t, ReadError)), None)
            raise first or ReadError(
                self.text, (left[0].start, left[0].end), "no differential dX stands on the right", "df = tr(... dX)"
            )
        self._known(body, of[0])
        found = self._finish([(self.text, body), (self.text, of[0])], "differential", trees, left[0].text)
        return replace(found, order=1 if sign == 1 else raised_order(left[2:sign]) or 1)


def _names(node: s.Syntax) -> set[str]:
    return {n.text for n in walk(node) if isinstance(n, s.Name)}


def _plain(variable: s.Syntax) -> s.Syntax:
    return variable.body if isinstance(variable, s.Transpose) else variable


def _is_power(variable: s.Syntax) -> bool:
    return isinstance(variable, s.Power)


def _bound(node: s.Syntax) -> set[str]:
    return {x.index for x in walk(node) if isinstance(x, s.BigSum)}


def _combined(node: s.Syntax) -> s.Syntax | None:
    """The function whose derivative a side is, 3x^2 - 4x for 3 d/dx x^2 - 4 d/dx x; None for other sides."""
    if isinstance(node, s.Derivative):
        return node.body
    if isinstance(node, s.Negative):
        inner = _combined(node.body)
        return None if inner is None else replace(node, body=inner)
    if isinstance(node, s.Sum):
        terms = tuple(t for t in map(_combined, node.terms) if t is not None)
        return replace(node, terms=terms) if len(terms) == len(node.terms) else None
    if isinstance(node, s.Product) and all(_is_number(x) for x in node.factors[:-1]):
        inner = _combined(node.factors[-1])
        return None if inner is None else replace(node, factors=(*node.factors[:-1], inner))
    return None


def _is_number(node: s.Syntax) -> bool:
    return all(isinstance(x, s.Number | s.Quotient | s.Negative) for x in walk(node))
