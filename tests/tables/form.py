"""The form of a printed expression: equal for two texts that differ only in the order of commuting parts.

Nothing is expanded, collected or cancelled here, so that two right answers in different shapes stay different.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Form", "form", "named_forms", "symbols"]

Shape = tuple[str, str]
SCALAR: Shape = ("1", "1")
TO_SCALAR = frozenset("tr det logdet norm sqnorm dot max min logsumexp eigenvalue mean".split())
ENTRYWISE = frozenset("hadamard divide power".split())
ALIASES = {"trace": "tr", "transpose": "T", "inverse": "inv", "σ": "sigmoid"}


@dataclass(frozen=True, order=True)
class Form:
    """A canonical key, comparable, and the shape of what it stands for ("?" where it cannot be told)."""

    key: str
    shape: Shape

    @property
    def is_scalar(self) -> bool:
        return self.shape == SCALAR


def form(text: str, shapes: Mapping[str, Shape]) -> str:
    """The canonical form of an expression such as `(A + A.T)*x`; the shapes tell which factors commute."""
    return Reader(shapes).read(ast.parse(text.replace("^", "**"), mode="eval").body).key


def named_forms(named: str, shapes: Mapping[str, Shape]) -> tuple[dict[str, str], dict[str, Shape]]:
    """The forms and the shapes of intermediates such as `s = softmax(x); r = A*s`, one after the other."""
    forms, known = {}, dict(shapes)
    for definition in filter(None, named.split(";")):
        name, _, text = definition.partition("=")
        read = Reader(known).read(ast.parse(text.strip(), mode="eval").body)
        forms[name.strip()], known[name.strip()] = read.key, read.shape
    return forms, known


class Reader:
    """Reads Python syntax with the shapes of its names."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes

    def read(self, tree: ast.expr) -> Form:
        match tree:
            case ast.Constant(value=value):
                return Form(repr(value), SCALAR)
            case ast.Name(id=name):
                return Form(name, self.shapes.get(name, SCALAR))
            case ast.Attribute(value=inner, attr="T"):
                return transposed(self.read(inner))
            case ast.Attribute(value=inner, attr="I"):
                return inverse(self.read(inner))
            case ast.Call():
                return self.call(tree)
            case ast.UnaryOp() | ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.total(tree)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return power(self.read(left), self.read(right))
            case ast.BinOp():
                return self.product(tree)
        raise ValueError(f"no form for {ast.unparse(tree)}")

    def call(self, tree: ast.Call) -> Form:
        name = ast.unparse(tree.func)
        name = ALIASES.get(name, name)
        arguments = [self.read(a) for a in tree.args] + [Form(f"{k.arg}={ast.unparse(k.value)}", SCALAR) for k in tree.keywords]
        keys = [a.key for a in arguments]
        first = arguments[0]
        if name == "inv":
            return inverse(first)
        if name == "eye":
            return Form("I", (first.key, first.key))
        if name == "sqnorm":
            return power(Form(f"norm({first.key})", SCALAR), Form("2", SCALAR))
        if name == "norm" and keys[1:] in (["'fro'"], ["2"]):
            return Form(f"norm({first.key})", SCALAR)
        if name == "hadamard":
            scalars = "*".join(sorted(a.key for a in arguments if a.is_scalar))
            rest = sorted(a.key for a in arguments if not a.is_scalar)
            if not rest:
                return Form(scalars, SCALAR)
            body = Form(f"hadamard({','.join(rest)})", next(a.shape for a in arguments if not a.is_scalar))
            return Form(f"{scalars}*{body.key}", body.shape) if scalars else body
        return Form(f"{name}({','.join(keys)})", call_shape(name, arguments))

    def terms(self, tree: ast.expr, sign: int) -> list[tuple[int, ast.expr]]:
        match tree:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.terms(left, sign) + self.terms(right, sign)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return self.terms(left, sign) + self.terms(right, -sign)
            case ast.UnaryOp(op=ast.USub(), operand=inner) if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult | ast.Div | ast.MatMult):
                return [(-sign, inner)]
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return [(-s, t) for s, t in self.terms(inner, sign)] if not isinstance(inner, ast.BinOp) else [(-sign, inner)]
        return [(sign, tree)]

    def total(self, tree: ast.expr) -> Form:
        read = [self.product(term, Fraction(sign)) for sign, term in self.terms(tree, 1)]
        if len(read) == 1:
            return read[0]
        shape = next((f.shape for f in read if not f.is_scalar), SCALAR)
        return Form("(" + " + ".join(sorted(f.key for f in read)) + ")", shape)

    def factors(self, tree: ast.expr, exponent: int) -> list[tuple[int, ast.expr]]:
        match tree:
            case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):
                if exponent < 0:
                    return [(exponent, tree)] if not self.all_scalar(tree) else self.factors(left, exponent) + self.factors(right, exponent)
                return self.factors(left, exponent) + self.factors(right, exponent)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.factors(left, exponent) + self.factors(right, -exponent)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return [(1, ast.Constant(-1)), *self.factors(inner, exponent)]
        return [(exponent, tree)]

    def all_scalar(self, tree: ast.BinOp) -> bool:
        return self.read(tree.left).is_scalar and self.read(tree.right).is_scalar

    def product(self, tree: ast.expr, coefficient: Fraction = Fraction(1)) -> Form:
        scalars: list[str] = []
        chain: list[Form] = []
        for exponent, factor in self.factors(tree, 1):
            number = as_number(factor)
            if number is not None:
                coefficient *= number**exponent
                continue
            read = self.read(factor)
            if exponent < 0:
                scalars.append(power(read, Form("-1", SCALAR)).key)
            elif read.is_scalar:
                scalars.append(read.key)
            else:
                chain.append(read)
        dots, chain = inner_products(chain)
        parts = sorted([*scalars, *dots])
        if coefficient != 1 or not (parts or chain):
            parts.insert(0, str(coefficient))
        shape = (chain[0].shape[0], chain[-1].shape[1]) if chain else SCALAR
        return Form("*".join([*parts, *(f.key for f in chain)]), shape)


def as_number(tree: ast.expr) -> Fraction | None:
    """The value of a numeric literal, or None."""
    match tree:
        case ast.Constant(value=int() | float() as value):
            return Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            number = as_number(inner)
            return None if number is None else -number
    return None


def inner_products(chain: list[Form]) -> tuple[list[str], list[Form]]:
    """Cut every shortest 1 x ... x 1 run out of a matrix chain: it is a number, and commutes."""
    found: list[str] = []
    while True:
        runs = [(j - i, i, j) for i in range(len(chain)) for j in range(i, len(chain)) if chain[i].shape[0] == "1" and chain[j].shape[1] == "1"]
        if not runs:
            return found, chain
        _, i, j = min(runs)
        forward = "*".join(f.key for f in chain[i : j + 1])
        backward = "*".join(transposed(f).key for f in reversed(chain[i : j + 1]))
        found.append(f"<{min(forward, backward)}>")
        chain = chain[:i] + chain[j + 1 :]


def transposed(f: Form) -> Form:
    """f.T, without pushing the transpose into f."""
    if f.is_scalar:
        return f
    shape = (f.shape[1], f.shape[0])
    return Form(f.key[2:-1] if f.key.startswith("T(") and closes(f.key) else f"T({f.key})", shape)


def closes(key: str) -> bool:
    """Whether the bracket that opens first closes last."""
    depth = 0
    for i, c in enumerate(key):
        depth += (c == "(") - (c == ")")
        if depth == 0 and c == ")":
            return i == len(key) - 1
    return False


def inverse(f: Form) -> Form:
    """inv(f); inv(f.T) and inv(f).T are printed alike, X^{-T}."""
    if f.is_scalar:
        return power(f, Form("-1", SCALAR))
    if f.key.startswith("T(") and closes(f.key):
        return Form(f"T(inv({f.key[2:-1]}))", f.shape)
    return Form(f"inv({f.key})", f.shape)


def power(base: Form, exponent: Form) -> Form:
    """base**exponent; a matrix to the -1 is its inverse."""
    if exponent.key == "-1" and not base.is_scalar and base.shape[0] == base.shape[1]:
        return inverse(base)
    found = re.fullmatch(r"(.*)\*\*\{(-?\d+)\}", base.key)
    if found and closes_power(base.key) and re.fullmatch(r"-?\d+", exponent.key) and base.is_scalar:
        return Form(f"{found[1]}**{{{int(found[2]) * int(exponent.key)}}}", base.shape)
    return Form(f"{base.key}**{{{exponent.key}}}", base.shape)


def closes_power(key: str) -> bool:
    """Whether the last power is of the whole key."""
    return "*" not in re.sub(r"\([^()]*\)|<[^<>]*>", "", key).removesuffix("}").rsplit("**{", 1)[0]


def call_shape(name: str, arguments: list[Form]) -> Shape:
    """The shape of a function's value."""
    first = arguments[0].shape
    if name in TO_SCALAR or (name == "sum" and len(arguments) == 1):
        return SCALAR
    if name == "diag":
        return (first[0], first[0]) if first[1] == "1" else (first[0], "1")
    if name == "eye":
        return (arguments[0].key, arguments[0].key)
    if name in ("ones", "zeros"):
        return (arguments[0].key, arguments[1].key if len(arguments) > 1 else "1")
    if name == "vec":
        return ("*".join(first), "1")
    if name == "kron":
        return ("*".join(a.shape[0] for a in arguments), "*".join(a.shape[1] for a in arguments))
    if name == "basis":
        return (arguments[0].key, "1")
    return next((a.shape for a in arguments if not a.is_scalar), SCALAR) if name in ENTRYWISE else first


# --- size ---

DECORATION = re.compile(
    r"\\(left|right|[bB]ig+[lr]?|mathbf|boldsymbol|bm|operatorname|mathrm|text|displaystyle|quad|qquad|,|;|!|:| |"
    r"tfrac|dfrac|frac|lVert|rVert|lvert|rvert|cdot|odot|circ|otimes|oslash|prime|intercal|begin|end)(?![a-zA-Z])"
)
TRANSPOSE = re.compile(r"\^\s*(\{\s*)?(\\top|T|')(\s*\})?(?![a-zA-Z])")
SYMBOL = re.compile(r"\\[a-zA-Z]+|[a-zA-Z]+|\d+(?:\.\d+)?")


def symbols(latex: str) -> int:
    r"""The number of symbols that a person writes in a formula: letters, function names, numbers; A^\top is A.

    Brackets, signs, fraction bars and transposes are free; \operatorname{softmax} and X^{-1} are one and two.
    """
    text = re.sub(r"\\operatorname\{([^{}]*)\}|\\(?:text|mathrm)\{([^{}]*)\}", lambda m: " \\" + re.sub(r"\W", "", m[1] or m[2]) + " ", latex)
    text = re.sub(r"\\(log|ln)\s*\\det", r"\\logdet", text)
    text = re.sub(r"\\([td]?frac)(\d)(\d)", r"\\\1{\2}{\3}", text)
    text = re.sub(r"(?<!\\)\|([^|]*)\|", r" \\det \1 ", text)
    text = TRANSPOSE.sub("", text)
    text = re.sub(r"-\s*\\top|-\s*T\b", "-1", text)
    text = re.sub(r"_\s*(\{[^{}]*\}|\\?\w)", "", text)
    text = DECORATION.sub(" ", text)
    count = 0
    for token in SYMBOL.findall(text):
        count += 1 if token.startswith("\\") or token.isdigit() or not token.isalpha() else len(token)
    return count
