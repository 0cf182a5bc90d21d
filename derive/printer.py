"""The engine of the printers: one pass over the DAG gives every node a piece of text, one more writes the pieces out.

Nothing recurses, and the cost is linear in what is printed. Nodes keep their arguments in a meaningless order; here
they get the order in which people read: `Ax - b`, number before letter before function, constants last. A style
(`text`, `latex`) is a table of forms and the few methods that differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

import sympy

from .algebra import add, transpose
from .nodes import BINDERS, MINUS_ONE, ONE, Node, Value, as_value, const, walk
from .piece import (
    ATOM,
    OPEN,
    POWER,
    PRODUCT,
    SUM,
    Piece,
    Ratio,
    alphabetical,
    copied,
    edge,
    factor_order,
    positive,
    reading_order,
    template_pieces,
)
from .sizes import Size, is_one, same_size

LIMIT = 2_000_000  # characters; a DAG printed as a tree can be exponentially long

Form = tuple[str, int]
_HALF = Fraction(1, 2)


class Printer:
    """One printing of one or more expressions in one style."""

    # The table of a style: a form is a template and how tightly it binds. <0> is the first argument, <0:6> the same
    # bracketed unless it binds at least as tightly as 6; a key "name matrix" is preferred when the argument is one.
    forms: ClassVar[Mapping[str, Form]] = {}
    heads: ClassVar[Mapping[str, str]] = {}  # functions that are printed as f(x), by another name than their own
    minus, plus, infix_minus = "-", " + ", " - "
    delta = ""  # the letter of the Kronecker symbol
    root_of_matrix = True  # the root sign over a square matrix is the matrix square root, not the elementwise one
    names_members = True  # x_k for the member k of a family declared as x_i; else x_i[k]
    left, right = "(", ")"
    one = "1"

    def __init__(self) -> None:
        self.pieces: dict[Node, Piece] = {}
        self.letters: dict[Node, str] = {}  # of indices that were given another letter
        self.entrywise: set[Node] = set()  # values of elementwise functions: beside them 1 means 1 in every entry

    # --- the two passes ---------------------------------------------------------------------------------------------
    def print(self, root: Node) -> str:
        return self.write(self.signed(self.piece(root)))

    def piece(self, root: Node) -> Piece:
        pieces = self.pieces
        order = walk(root)
        self.rename_indices(order)
        for node in order:
            if node not in pieces:
                if self.is_entrywise(node):
                    self.entrywise.add(node)
                made = pieces[node] = getattr(self, "_" + node.op)(node)
                if is_differential(node) or any(pieces[a].moves for a in node.args):
                    made.moves = True
        return pieces[root]

    def rename_indices(self, order: Iterable[Node]) -> None:
        """The index of a sum gets another letter where its own is in use outside, or by a sum around it."""
        binders = [n for n in order if n.op in BINDERS]
        indices = dict.fromkeys(n.param for n in reversed(binders))
        around: dict[Node, set[Node]] = {i: set() for i in indices}
        for n in binders if len(indices) > 1 else ():
            for inner in walk(n):
                if inner.op in BINDERS and inner.param is not n.param:
                    around[inner.param].add(n.param)
        names = {n.name for n in order if n.op in ("symbol", "item") and n not in indices}
        for index in indices:
            taken = names | {self.letters.get(i, i.name) for i in around[index]}
            if index.name in taken and index not in self.pieces:
                self.letters[index] = next(c for c in _following(index.name) if c not in taken)
                self.pieces[index] = self.name_piece(self.letters[index], "symbol")

    @staticmethod
    def write(parts: Iterable[Any]) -> str:
        out: list[str] = []
        length = 0
        stack = [iter(parts)]
        while stack:
            for part in stack[-1]:
                if type(part) is str:
                    out.append(part)
                    length += len(part)
                else:
                    stack.append(iter(part.parts))
                    break
            else:
                stack.pop()
            if length > LIMIT:
                out.append(" ...")
                break
        return "".join(out)

    # --- brackets and signs -----------------------------------------------------------------------------------------
    def signed(self, piece: Piece) -> tuple[Any, ...]:
        return (self.minus, piece) if piece.neg else (piece,)

    def wrap(self, piece: Piece, need: int) -> Piece:
        """The piece, in brackets unless it binds at least as tightly as `need`."""
        if piece.prec >= need and not piece.neg:
            return piece
        if piece.closed is not None and not piece.neg and piece.closed.prec >= need:
            return piece.closed
        if need <= SUM:
            return Piece(self.signed(piece), SUM, piece.kind, piece.size, piece.lead, piece.first, piece.last)
        return self.bracketed(piece)

    def bracketed(self, piece: Piece) -> Piece:
        left, right = self.brackets(piece)
        return Piece((left, *self.signed(piece), right), ATOM, "bracket", piece.size, piece.lead, "(", ")")

    def brackets(self, piece: Piece) -> tuple[str, str]:
        return self.left, self.right

    # --- forms ------------------------------------------------------------------------------------------------------
    def form(self, key: str, args: Sequence[Piece], kind: str = "call") -> Piece:
        """Fill a form of the style's table."""
        open_key = key + " open"
        filled = self.fill(*self.forms[key], args, kind) if key in self.forms else self.applied(self.heads[key], args)
        if open_key in self.forms and args[0].prec >= POWER and not args[0].neg and args[0].first != "(":
            opened = self.fill(*self.forms[open_key], args, kind)
            opened.closed = filled
            return opened
        return filled

    def fill(self, template: str, prec: int, args: Sequence[Piece], kind: str) -> Piece:
        parts: list[Any] = []
        for text, index, need in template_pieces(template):
            parts.append(text if index is None else self.wrap(args[index], need))
        size, lead = 0 if kind == "transpose" else 1, "~"
        for a in args:
            size += a.size
        if args:
            lead = args[0].lead
        start, end = parts[0], parts[-1]
        first = edge(start[:1], start[1:2]) if type(start) is str else start.first
        last = edge(end[-1:], "") if type(end) is str else end.last
        return Piece(parts, prec, kind, size, lead, first, last)

    # --- sums -------------------------------------------------------------------------------------------------------
    def sum(self, terms: Sequence[Piece]) -> Piece:
        terms = reading_order(terms)
        parts: list[Any] = []
        size = 0
        for i, t in enumerate(terms):
            if i:
                parts.append(self.infix_minus if t.neg else self.plus)
            elif t.neg:
                parts.append(self.minus)
            size += t.size
            parts.append(t if t.prec > SUM else self.bracketed_term(t))
        return Piece(parts, SUM, "sum", size, terms[0].lead, terms[0].first, terms[-1].last)

    def bracketed_term(self, term: Piece) -> Piece:
        left, right = self.brackets(term)
        return Piece((left, term, right), ATOM, "bracket", term.size, term.lead, "(", ")")

    # --- products of scalars, scalar times matrix -------------------------------------------------------------------
    def ratio(self, number: Fraction, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        """number * over / under as people write it."""
        size_number = abs(number)
        if size_number == 1 and len(over) == 1 and not under:
            negative = over[0].neg != (number < 0)
            result = copied(self.wrap(positive(over[0]), OPEN) if negative else over[0])  # -(x + 1)
            result.neg = negative
            if result.closed is not None and negative:
                result.closed = copied(result.closed)
                result.closed.neg = True
        else:
            result = self.fraction(size_number, over, under)
            result.neg = number < 0
            result.bare = False
        result.ratio = Ratio(number, tuple(over), tuple(under))
        return result

    def fraction(self, number: Fraction, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        raise NotImplementedError

    def number(self, n: int) -> Piece:
        return Piece((str(n),), ATOM, "number", 0, "~", "d", "d")

    def product(self, factors: Sequence[Piece]) -> Piece:
        """Factors side by side: those of a matrix product, or scalars and what they multiply."""
        if len(factors) == 1:
            return factors[0]
        last = factors[-1]
        if last.closed is not None and last.prec == OPEN and not last.neg and _only_letters(factors[:-1]):
            opened = self.joined([*factors[:-1], last], OPEN)  # 2 tr X
            opened.closed = self.joined([*factors[:-1], last.closed], PRODUCT)
            return opened
        return self.joined([self.factor(f, i, factors) for i, f in enumerate(factors)], PRODUCT)

    def joined(self, factors: Sequence[Piece], prec: int) -> Piece:
        size = 0
        for f in factors:
            size += f.size
        lead = next((f.lead for f in factors if f.kind != "number"), "~")
        return Piece(self.juxtapose(factors), prec, "product", size, lead, factors[0].first, factors[-1].last)

    def factor(self, f: Piece, i: int, factors: Sequence[Piece]) -> Piece:
        if f.kind == "inner":  # (a'x)(b'x), but 2a'x and λa'x
            others = any(g.kind not in ("number", "symbol") for g in factors if g is not f)
            return self.bracketed(f) if others or i < len(factors) - 1 else f
        return self.wrap(f, PRODUCT)

    def juxtapose(self, factors: Sequence[Piece]) -> list[Any]:
        raise NotImplementedError

    def in_order(self, factors: Sequence[Piece]) -> list[Piece]:
        """Scalars as people order them: letters, powers, functions, sums."""
        return sorted(factors, key=factor_order)

    def taken_apart(self, piece: Piece) -> Ratio:
        return piece.ratio or Ratio(Fraction(-1 if piece.neg else 1), (positive(piece),))

    def times(self, factors: Sequence[Piece], matrix: Piece | None = None) -> Piece:
        number = Fraction(1)
        over: list[Piece] = []
        under: list[Piece] = []
        for f in factors:
            r = self.taken_apart(f)
            number *= r.number
            over += r.over
            under += r.under
        over, under = self.in_order(over), self.in_order(under)
        if matrix is None:
            return self.ratio(number, over, under)
        letters = sum(f.kind == "symbol" for f in over)  # Kx + λx: a letter in front adds no weight
        r = self.taken_apart(matrix)
        result = self.ratio(number * r.number, [*over, *r.over], [*under, *r.under])
        result.size -= letters
        return result

    # --- powers -----------------------------------------------------------------------------------------------------
    def power(self, base: Piece, exponent: Piece, elementwise: bool = False) -> Piece:
        raise NotImplementedError

    def scalar_power(self, base: Piece, exponent: Piece, value: Value | None, elementwise: bool = False) -> Piece:
        """base ** exponent; `value` is the exponent's where that is a number."""
        if isinstance(value, int | Fraction):
            if value < 0:
                inverse = self.scalar_power(base, self.rational(-value), -value, elementwise)
                return inverse if elementwise else self.ratio(Fraction(1), (), (inverse,))
            if value == 1:
                return base
            if value == Fraction(1, 2):
                return self.form("sqrt", [base], "power")
        return self.power(base, exponent, elementwise)

    def rational(self, value: int | Fraction) -> Piece:
        return self.ratio(Fraction(value), (), ())

    # --- constants --------------------------------------------------------------------------------------------------
    def constant(self, value: Value | Any) -> Piece:
        """A number; what is not rational is a small SymPy expression."""
        value = as_value(value)
        if isinstance(value, int | Fraction):
            return self.rational(value)
        if value.is_Symbol:
            return self.name_piece(value.name, "number")
        if value.is_Add:
            return self.sum([self.constant(a) for a in value.args])
        if value.is_Mul:
            return self.times([self.constant(a) for a in value.args])
        if value.is_Pow:
            base, exponent = value.args
            power = exponent if not exponent.is_Rational else as_value(exponent)
            return self.scalar_power(self.constant(base), self.constant(exponent), power)
        if value is sympy.pi:
            return self.name_piece("pi", "number")
        if value is sympy.E:
            return self.call("exp", [self.number(1)])
        if value.is_Function:
            return self.call(type(value).__name__, [self.constant(a) for a in value.args])
        return Piece((str(value),), ATOM, "number", 1, "~", "w", "w")

    def size(self, n: Size) -> Piece:
        return self.constant(n)

    # --- names and calls --------------------------------------------------------------------------------------------
    def name_piece(self, name: str, kind: str = "symbol", node: Node | None = None) -> Piece:
        raise NotImplementedError

    def call(self, name: str, args: Sequence[Piece], node: Node | None = None) -> Piece:
        """A function applied: by its form, or by its name."""
        if name == "abs" and node is not None and not node.is_scalar:  # |x| might be a norm
            return self.applied(self.function_name(name, node), args)
        matrix = node is not None and not (is_one(node.args[0].shape[0]) or is_one(node.args[0].shape[1]))
        if matrix and (f"{name} matrix" in self.forms or f"{name} matrix" in self.heads):
            return self.form(f"{name} matrix", args)
        if name in self.forms or name in self.heads:
            return self.form(name, args)
        return self.applied(self.function_name(name, node), args)

    def function_name(self, name: str, node: Node | None) -> str:
        return name

    @staticmethod
    def ambiguous(name: str, node: Node | None) -> bool:
        """True of exp(X) entry by entry, X square: on paper it would be the matrix exponential."""
        if node is None or node.is_scalar:
            return False
        return name in ("exp", "log", "sin", "cos") and same_size(*node.shape)

    def applied(self, head: str, args: Sequence[Piece]) -> Piece:
        """f(a, b)."""
        parts: list[Any] = [head]
        left, right = self.brackets(args[0]) if len(args) == 1 else (self.left, self.right)
        parts.append(left)
        size = 1
        for i, a in enumerate(args):
            if i:
                parts.append(", ")
            parts += self.signed(a)
            size += a.size
        parts.append(right)
        return Piece(parts, ATOM, "call", size, args[0].lead if args else head, edge(head[:1], head[1:2]), ")")

    # --- one method a kind of node ----------------------------------------------------------------------------------
    def _symbol(self, n: Node) -> Piece:
        return self.name_piece(n.name, "symbol" if n.is_scalar else "array", n)

    def _const(self, n: Node) -> Piece:
        return self.constant(n.param)

    def _add(self, n: Node) -> Piece:
        broadcast = not n.is_scalar and self.broadcasts(n)
        terms = []
        for a in n.args:
            s = _multiple_of_ones(a) if broadcast else None
            if s is None:
                terms.append(self.pieces[a])
            else:
                spread = copied(self.pieces[s]) if s is not ONE else self.number(1)
                spread.kind = "number"
                terms.append(spread)
        return self.sum(terms)

    def broadcasts(self, n: Node) -> bool:
        """1 for a vector of ones, where it cannot be taken for the identity; what is printed so is read back so."""
        rest = [a for a in n.args if _multiple_of_ones(a) is None]
        return bool(rest) and (not same_size(*n.shape) or all(a in self.entrywise for a in rest))

    def is_entrywise(self, n: Node) -> bool:
        """Stricter than the reader, which is content with one such term: I + exp(X) + 1 is not printed."""
        if n.op == "scale":
            return n.args[1] in self.entrywise  # of I/|x| the factor says nothing
        if n.op in ("transpose", "add"):
            return all(a in self.entrywise for a in n.args)
        if n.op == "had":
            return any(a in self.entrywise for a in n.args)
        return n.op in ("pow", "ones") or (n.op == "call" and n.fn.elementwise)

    def _had(self, n: Node) -> Piece:
        if n.is_scalar:
            return self.times([self.pieces[a] for a in n.args])
        over, under = [], []
        for a in n.args:
            piece = self.pieces[a]
            if piece.under is None:
                over.append(piece)
            else:
                under.append(piece.under)
        return self.elementwise(self.by_size(over), self.by_size(under))

    def by_size(self, factors: Iterable[Piece]) -> list[Piece]:
        return sorted(factors, key=lambda p: (p.moves, p.size, p.kind == "sum", alphabetical(p.lead)))

    def elementwise(self, over: list[Piece], under: list[Piece]) -> Piece:
        """over o over / under, entry by entry."""
        raise NotImplementedError

    def _scale(self, n: Node) -> Piece:
        s, m = n.args
        return self.times([self.pieces[s]], self.pieces[m])

    def _matmul(self, n: Node) -> Piece:
        element = self.element(n)
        if element is not None:
            return element
        piece = self.product(self.simpler_first(n) or [self.pieces[a] for a in n.args])
        if n.is_scalar and piece.kind == "product":
            piece.kind = "inner"
        return piece

    def simpler_first(self, n: Node) -> list[Piece] | None:
        """y'log(x) for log(x)'y, and r1 for 1'r' where r is a row."""
        if not n.is_scalar or len(n.args) != 2:
            return None
        if n.args[0].op == "ones" and self.pieces[n.args[1]].kind == "transpose":
            return [self.pieces[n.args[1].args[0]], self.piece(transpose(n.args[0]))]
        if n.args[0].op != "transpose" or n.args[1].op == "transpose":
            return None
        u, v = self.pieces[n.args[0].args[0]], self.pieces[n.args[1]]
        return [self.transposed(v), u] if (v.moves, v.size) < (u.moves, u.size) else None

    def element(self, n: Node) -> Piece | None:
        """e_i' A e_j as A_ij."""
        if not n.is_scalar:
            return None
        args = list(n.args)
        i = j = None
        if args[0].op == "transpose":
            i = self.place(args[0].args[0])
            args = args[1:] if i is not None else args
        if len(args) > 1:
            j = self.place(args[-1])
            args = args[:-1] if j is not None else args
        if i is None and j is None:
            return None
        if self.delta and len(n.args) == 2 and all(_unit(a) is not None for a in n.args):
            return self.kronecker(*(self.piece(i) for i in _unshifted([_unit(a) for a in n.args])))
        if i is None and args[0].op == "transpose" and len(args) == 1:  # x' e_i
            body, indices = self.pieces[args[0].args[0]], [j]
        elif (i is None) == is_one(args[0].shape[0]) and (j is None) == is_one(args[-1].shape[1]):
            body, indices = self.product([self.pieces[a] for a in args]), [k for k in (i, j) if k is not None]
            if i is None:  # (x'A)_j is a row's
                body = self.transposed(body)
        else:
            return None
        return self.indexed(body, [k for k in indices if k is not None])

    def kronecker(self, i: Piece, j: Piece) -> Piece:
        """delta_ij for e_i' e_j."""
        return self.indexed(Piece((self.delta,), ATOM, "symbol", 1, self.delta, "l", "l"), [i, j])

    def place(self, unit: Node) -> Piece | None:
        """i of e_i, and (ir) of e_i (x) e_r."""
        if unit.op == "basis":
            return self.pieces[unit.args[0]]
        if unit.op == "kron" and all(e.op == "basis" for e in unit.args):
            return self.block([self.pieces[e.args[0]] for e in unit.args], [self.size(e.shape[0]) for e in unit.args])
        return None

    def block(self, indices: Sequence[Piece], sizes: Sequence[Piece]) -> Piece:
        """Several indices that count one axis together."""
        return Piece(("(", *indices, ")"), ATOM, "block")

    def indexed(self, body: Piece, indices: Sequence[Piece]) -> Piece:
        raise NotImplementedError

    def _pow(self, n: Node) -> Piece:
        base, e = n.args
        value = e.param if e.op == "const" else None
        if isinstance(value, int) and base.op == "call" and base.fn.name == "sqnorm":  # |x|^4 for (|x|^2)^2
            return self.scalar_power(
                self.call("norm", [self.pieces[base.args[0]]], base), self.rational(2 * value), 2 * value
            )
        if self.root_of_matrix and value == _HALF and not n.is_scalar and same_size(*n.shape):
            return self.power(self.pieces[base], self.pieces[e], True)
        power = self.scalar_power(self.pieces[base], self.pieces[e], value, not n.is_scalar)
        if n.is_scalar or not (isinstance(value, int | Fraction) and value < 0):
            return power
        quotient = self.elementwise([], [power])
        quotient.under = power
        return quotient

    def _transpose(self, n: Node) -> Piece:
        inner = n.args[0]
        written_out = self.pushed(inner) if inner.op in ("add", "kron", "call") and inner.weight < 1000 else None
        if written_out is not None:
            return written_out
        if inner.op == "matpow":
            base, k = inner.args
            if k is MINUS_ONE:
                return self.inverse_transposed(self.pieces[base])
            if base.args:  # ((A + X)^-2)', but (X')^(k-1)
                return self.transposed(self.pieces[inner])
            return self.matrix_power(self.transposed(self.pieces[base]), self.pieces[k])
        return self.transposed(self.pieces[inner])

    def pushed(self, inner: Node) -> Piece | None:
        """The transpose written out where that reads better: of a sum of products that stands alone, of a kron."""
        if inner.op == "call":
            return self.by_rows(inner)
        if inner.op == "kron":
            args = tuple(map(transpose, inner.args))
            self.piece_all(args)
            return self.kron([self.pieces[a] for a in args])
        products = [
            a for a in inner.args if a.op in ("matmul", "kron") or (a.op == "scale" and a.args[1].op == "matmul")
        ]
        if is_one(inner.shape[0]) or is_one(inner.shape[1]) or not products:
            return None
        args = tuple(map(transpose, inner.args))
        self.piece_all(args)
        result = self.sum([self.pieces[a] for a in args])
        result.closed = self.transposed(self.pieces[inner])
        return result

    def by_rows(self, inner: Node) -> Piece | None:
        """softmax of every row, held as the transpose of softmax of every column, where it was written so."""
        key = f"{inner.fn.name} rows"
        if (key not in self.forms and key not in self.heads) or is_one(inner.shape[1]):
            return None
        rows = transpose(inner.args[0])
        if rows.flips > inner.args[0].flips:  # not of the rows of a transposed matrix
            return None
        return self.form(key, [self.piece(rows)])

    def piece_all(self, nodes: Iterable[Node]) -> None:
        for n in nodes:
            self.piece(n)

    def transposed(self, piece: Piece) -> Piece:
        return self.form("transpose", [piece], "transpose")

    def inverse_transposed(self, piece: Piece) -> Piece:
        return self.form("inverse transposed", [piece], "transpose")

    def _matpow(self, n: Node) -> Piece:
        base, k = n.args
        if k is MINUS_ONE:
            if base.op == "transpose":
                return self.inverse_transposed(self.pieces[base.args[0]])
            return self.form("inverse", [self.pieces[base]], "power")
        return self.matrix_power(self.pieces[base], self.pieces[k])

    def matrix_power(self, base: Piece, exponent: Piece) -> Piece:
        return self.power(base, exponent)

    def _unary(self, n: Node) -> Piece:
        return self.form(n.op, [self.pieces[n.args[0]]])

    _trace = _diag = _diagonal = _vec = _unary

    def _unvec(self, n: Node) -> Piece:
        return self.form("unvec", [self.pieces[n.args[0]], *map(self.size, n.shape)])

    def _kron(self, n: Node) -> Piece:
        return self.kron([self.pieces[a] for a in n.args])

    def kron(self, factors: Sequence[Piece]) -> Piece:
        raise NotImplementedError

    def _eye(self, n: Node) -> Piece:
        piece = self.form("eye", [self.size(n.shape[0])], "eye")
        piece.size, piece.lead = 0, "I"
        return piece

    def _ones(self, n: Node) -> Piece:
        m, k = n.shape
        key = "ones" if is_one(k) else "ones row" if is_one(m) else "ones matrix"
        piece = self.form(key, [self.size(m), self.size(k)], "ones")
        piece.size, piece.lead, piece.first = 1, "1", "o"
        if is_one(k):
            piece.last = "o"
        return piece

    def _zeros(self, n: Node) -> Piece:
        m, k = n.shape
        return self.form("zeros" if is_one(k) else "zeros matrix", [self.size(m), self.size(k)], "zeros")

    def _basis(self, n: Node) -> Piece:
        piece = self.form("basis", [self.size(n.shape[0]), self.pieces[n.args[0]]], "array")
        piece.indexed = True  # (e_i)_k
        return piece

    def _explicit(self, n: Node) -> Piece:
        raise NotImplementedError

    def _call(self, n: Node) -> Piece:
        args = [self.pieces[a] for a in n.args]
        if n.fn.name in ("maximum", "minimum"):
            args = [self.spread(a) or self.pieces[a] for a in n.args]
        piece = self.call(n.fn.name, args, n)
        matrix = not (is_one(n.shape[0]) or is_one(n.shape[1]))
        if piece.kind == "call" and not n.is_scalar and (matrix or not n.fn.elementwise):
            piece.kind = "matrix call"  # tanh(x)^2 is clear; of these a square might be a matrix product
        return piece

    def spread(self, n: Node) -> Piece | None:
        """c for a vector or matrix whose entries are all c."""
        if n.op == "zeros":
            return self.rational(0)
        s = _multiple_of_ones(n)
        return None if s is None else self.constant(1) if s is ONE else self.pieces[s]

    def _sumover(self, n: Node) -> Piece:
        body, lo, hi = (self.pieces[a] for a in n.args)
        if body.kind == n.op and not body.neg:
            body = Piece(body.parts, ATOM, body.kind, body.size, body.lead, body.first, body.last)
        index = self.pieces.get(n.param) or self.name_piece(n.param.name)
        return self.form(n.op, [body, index, lo, hi], n.op)

    _prodover = _sumover

    def _item(self, n: Node) -> Piece:
        index = n.args[0]
        plain = index.param.name if index.op == "symbol" else str(index.param) if index.op == "const" else None
        written = None if plain is None or len(n.args) > 1 else n.param.member_name(plain)
        if written is not None and self.names_members:
            return self.name_piece(written, "symbol" if n.is_scalar else "array", n)
        stem = n.param.name.removesuffix(f"_{n.param.index}").removesuffix(f"_{{{n.param.index}}}")
        if stem != n.param.name and self.names_members:  # x_{k+1}
            return self.indexed(self.name_piece(stem), [self.pieces[a] for a in n.args])
        return self.indexed(
            self.name_piece(n.name, "symbol" if n.is_scalar else "array", n), [self.pieces[a] for a in n.args]
        )

    def _commutation(self, n: Node) -> Piece:
        return self.form("commutation", [self.size(k) for k in n.param], "array")

    def _duplication(self, n: Node) -> Piece:
        return self.form(n.op, [self.size(n.param[0] if isinstance(n.param, tuple) else n.param)], "array")

    _elimination = _duplication


# --- helpers --------------------------------------------------------------------------------------------------------
def _following(letter: str) -> str:
    """The letters for indices, from those after this one on."""
    letters = "ijklpqrstuvabcdefgh"
    at = letters.find(letter) + 1
    return letters[at:] + letters[:at]


def is_differential(n: Node) -> bool:
    """True for dX, and for d(f), a differential not yet worked out."""
    return (n.op == "symbol" and hasattr(n.param, "of")) or (n.op == "call" and n.fn.name == "d")


def _only_letters(factors: Iterable[Piece]) -> bool:
    return all(f.kind in ("number", "symbol") and f.prec >= PRODUCT for f in factors)


def _multiple_of_ones(n: Node) -> Node | None:
    """s of s * ones."""
    if n.op == "ones":
        return ONE
    return n.args[0] if n.op == "scale" and n.args[1].op == "ones" else None


def _unit(n: Node) -> Node | None:
    """i of e_i and of e_i'."""
    n = n.args[0] if n.op == "transpose" else n
    return n.args[0] if n.op == "basis" else None


def _unshifted(indices: Sequence[Node | None]) -> list[Node]:
    """s and t for s + 1 and t + 1."""
    known = [i for i in indices if i is not None]
    shifts = [next((a.param for a in i.args if a.op == "const"), 0) if i.op == "add" else 0 for i in known]
    least = min((s for s in shifts if isinstance(s, int)), key=abs) if all(isinstance(s, int) for s in shifts) else 0
    return [add([i, const(-least)]) for i in known] if least and min(shifts) * max(shifts) > 0 else known
