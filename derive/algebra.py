"""The algebra of nodes: constructors that keep every expression in one canonical, unexpanded form.

Sums are collected, products flattened and their adjacent powers merged, scalars pulled out of matrix chains and
transposes pushed to where they are fewest. What the user wrote in brackets stays in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from .errors import BadInput, ShapeError
from .nodes import MINUS_ONE, ONE, SCALAR, ZERO, Function, Node, Value, _hooks, as_value, const, make
from .sizes import Shape, Size, is_one, same_shape, same_size, shape_text


# --- numbers ----------------------------------------------------------------------------------------------------
def value_sum(a: Value, b: Value) -> Value:
    return as_value(sympy.sympify(a) + sympy.sympify(b)) if _symbolic(a, b) else as_value(a + b)


def value_product(a: Value, b: Value) -> Value:
    if isinstance(a, int):
        if a == 1:
            return b
        if a == 0:
            return 0
    if isinstance(b, int) and b == 1:
        return a
    return as_value(sympy.sympify(a) * sympy.sympify(b)) if _symbolic(a, b) else as_value(a * b)


def value_power(a: Value, b: Value) -> Value:
    if isinstance(b, int) and not isinstance(a, sympy.Expr) and (a != 0 or b > 0) and abs(b) < 1000:
        return as_value(Fraction(a) ** b)
    return as_value(sympy.sympify(a) ** sympy.sympify(b))


def _symbolic(a: Value, b: Value) -> bool:
    return isinstance(a, sympy.Expr) or isinstance(b, sympy.Expr)


def is_negative(c: Value) -> bool:
    """True when the number is written with a minus sign."""
    return c.could_extract_minus_sign() if isinstance(c, sympy.Expr) else c < 0


# --- leaves -----------------------------------------------------------------------------------------------------
def eye(n: Size) -> Node:
    return ONE if is_one(n) else make("eye", (), (n, n), n)


def ones(m: Size, n: Size = 1) -> Node:
    return ONE if is_one(m) and is_one(n) else make("ones", (), (m, n))


def zeros(m: Size, n: Size = 1) -> Node:
    return ZERO if is_one(m) and is_one(n) else make("zeros", (), (m, n))


def basis(n: Size, i: Any) -> Node:
    """The unit column e_i of length n; i counts from 1."""
    index = as_node(i)
    if index.op == "const" and isinstance(n, int) and isinstance(index.value, int) and not 1 <= index.value <= n:
        raise BadInput(f"index {index.value} is outside 1..{n}")
    return ONE if is_one(n) else make("basis", (index,), (n, 1), n)


def commutation(m: Size, n: Size) -> Node:
    """K_mn, with K_mn vec X = vec X^T for X (m, n)."""
    size = size_product(m, n)
    return eye(size) if is_one(m) or is_one(n) else make("commutation", (), (size, size), (m, n))


def _half_size(n: Size) -> Size:
    return n * (n + 1) // 2 if isinstance(n, int) else n * (n + 1) / 2


def duplication(n: Size) -> Node:
    """D_n, with D_n vech S = vec S for symmetric S (n, n)."""
    return ONE if is_one(n) else make("duplication", (), (size_product(n, n), _half_size(n)), n)


def elimination(n: Size) -> Node:
    """L_n, with L_n vec X = vech X for X (n, n)."""
    return ONE if is_one(n) else make("elimination", (), (_half_size(n), size_product(n, n)), n)


def zeros_like(n: Node) -> Node:
    return zeros(*n.shape)


def is_zero(n: Node) -> bool:
    return n.op == "zeros" or n is ZERO


def as_node(x: Any) -> Node:
    """Anything that can stand in an expression: a node, a number, or plain SymPy."""
    if isinstance(x, Node):
        return x
    if isinstance(x, int | Fraction | float | sympy.Number | sympy.NumberSymbol):
        return const(x)
    return _hooks["convert"](x)


# --- coefficients -----------------------------------------------------------------------------------------------
def split(term: Node) -> tuple[Value, Node]:
    """(c, rest) with term = c * rest and c a number."""
    op = term.op
    if op == "const":
        return term.param, ONE
    if op == "had":
        first = term.args[0]
        if first.op == "const":
            rest = term.args[1:]
            return first.param, rest[0] if len(rest) == 1 else make("had", rest, term.shape)
    elif op == "scale":
        s, m = term.args
        if s.op == "const":
            return s.param, m
        if s.op == "had" and s.args[0].op == "const":
            c, rest_s = split(s)
            return c, make("scale", (rest_s, m), term.shape)
    return 1, term


def numeric_multiple(c: Value, rest: Node) -> Node:
    """c * rest, where rest carries no numeric coefficient."""
    if isinstance(c, int):
        if c == 1:
            return rest
        if c == 0:
            return zeros_like(rest)
    if rest is ONE:
        return const(c)
    if rest.is_scalar:
        factors = rest.args if rest.op == "had" else (rest,)
        return make("had", (const(c), *factors), SCALAR)
    if rest.op == "scale":
        s, m = rest.args
        return make("scale", (numeric_multiple(c, s), m), rest.shape)
    return make("scale", (const(c), rest), rest.shape)


# --- sums -------------------------------------------------------------------------------------------------------
def add(terms: Iterable[Node]) -> Node:
    """The sum, with like terms collected."""
    terms = list(terms)
    shape = terms[0].shape
    collected: dict[Node, Value] = {}
    for t in _flat_terms(terms):
        if not same_shape(t.shape, shape):
            raise ShapeError(f"cannot add {terms[0]} {shape_text(shape)} and {t} {shape_text(t.shape)}")
        if is_zero(t):
            continue
        c, rest = split(t)
        known = collected.get(rest)
        if known is None:
            collected[rest] = c
        else:
            total = value_sum(known, c)
            if total == 0:
                del collected[rest]
            else:
                collected[rest] = total
    if not collected:
        return zeros(*shape)
    if len(collected) == 1:
        ((rest, c),) = collected.items()
        return numeric_multiple(c, rest)
    return _oriented_sum([numeric_multiple(c, rest) for rest, c in collected.items()], shape)


def _flat_terms(terms: Iterable[Node]) -> Iterable[Node]:
    for t in terms:
        if t.op == "add":
            yield from t.args
        elif t.op == "transpose" and t.args[0].op == "add":
            for inner in t.args[0].args:
                yield transpose(inner)
        elif t.op in ("scale", "had") and len(t.args) == 2 and t.args[0] is MINUS_ONE and t.args[1].op == "add":
            for inner in t.args[1].args:
                yield scale(MINUS_ONE, inner)
        else:
            yield t


def _oriented_sum(terms: list[Node], shape: Shape) -> Node:
    """S or (S^T)^T, whichever has fewer transposes inside."""
    terms.sort(key=_digest)
    node = make("add", tuple(terms), shape)
    if not _orientable(node):
        return node
    return _with_transpose(node, make("add", tuple(sorted(map(transpose, terms), key=_digest)), shape[::-1]))


def _digest(n: Node) -> int:
    return n.digest


def _orientable(node: Node) -> bool:
    """True for a new node whose transpose, written out, might be shorter or the node itself.

    Deciding this when a node is made keeps every later transpose one step deep.
    """
    return node._T is None and not node.is_scalar and (node.flips > 0 or same_size(*node.shape))


def _with_transpose(node: Node, pushed: Node) -> Node:
    """Choose between a node and the transpose of `pushed`, its transpose written out; remember both ways."""
    if pushed.flips == node.flips:  # a symmetric node, or two forms that read equally well
        node._T, pushed._T = pushed, node  # type: ignore[misc]
        return node
    if pushed.flips < node.flips:
        return _wrap(pushed)
    node._T = _wrap(node)  # type: ignore[misc]
    return node


def _wrap(node: Node) -> Node:
    wrapped = make("transpose", (node,), node.shape[::-1])
    wrapped._T, node._T = node, wrapped  # type: ignore[misc]
    return wrapped


# --- transposes -------------------------------------------------------------------------------------------------
def transpose(node: Node) -> Node:
    """The transpose, pushed through products and cancelled where the declared properties allow."""
    known = node._T
    if known is not None:
        return known
    result = node if node.is_scalar else _transpose(node)
    node._T = result  # type: ignore[misc]
    if result._T is None:
        result._T = node  # type: ignore[misc]
    return result


def _transpose(node: Node) -> Node:
    op, (m, n) = node.op, node.shape
    if op == "matmul":
        return matmul([transpose(f) for f in reversed(node.args)])
    if op == "scale":
        return scale(node.args[0], transpose(node.args[1]))
    if op == "ones":
        return ones(n, m)
    if op == "zeros":
        return zeros(n, m)
    if op in ("eye", "diag") or (op == "call" and node.fn.symmetric):
        return node
    if op == "symbol":
        if node.properties & {"symmetric", "diagonal", "positive definite", "identity", "positive semidefinite"}:
            return node
        if "skew" in node.properties:
            return scale(MINUS_ONE, node)
    if op == "sumover":
        return make("sumover", (transpose(node.args[0]), *node.args[1:]), (n, m), node.param)
    if op == "commutation":
        return make("commutation", (), (n, m), node.param[::-1])
    return _wrap(node)


# --- scalar multiples and elementwise products ------------------------------------------------------------------
def scale(s: Node, m: Node) -> Node:
    """The scalar s times m."""
    if m.is_scalar:
        return had([s, m])
    if s is ONE or m.op == "zeros":
        return m
    if s is ZERO:
        return zeros_like(m)
    if m.op == "scale":
        return scale(had([s, m.args[0]]), m.args[1])
    for rewrite in _scale_rewrites:
        found = rewrite(s, m)
        if found is not None:
            return found
    return make("scale", (s, m), m.shape)


_scale_rewrites: list[Any] = []  # identities between a scalar and a matrix, as _had_rewrites


def had(factors: Sequence[Node]) -> Node:
    """The elementwise product; of scalars, the ordinary product. Powers of one base are merged."""
    shape = factors[0].shape
    scalars: list[Node] = []
    coefficient: Value = 1
    exponents: dict[Node, Node] = {}
    for f in _flat_factors(factors):
        if not same_shape(f.shape, shape):
            raise ShapeError(
                f"cannot multiply {factors[0]} {shape_text(shape)} and {f} {shape_text(f.shape)} elementwise"
            )
        op = f.op
        if op == "const":
            coefficient = value_product(coefficient, f.param)
            continue
        if op == "zeros":
            return f
        if op == "scale":
            scalars.append(f.args[0])
            f = f.args[1]
            op = f.op
            if op == "had":
                for g in f.args:
                    _merge(exponents, g)
                continue
        if op != "ones":
            _merge(exponents, f)
    if coefficient == 0:
        return zeros(*shape)
    parts = [pow_(b, e) for b, e in exponents.items()]
    distributed = _without_denominators(parts)
    if distributed is not None:
        return scale(had([const(coefficient), *scalars]), distributed)
    parts = [p for p in parts if p.op != "ones" and p is not ONE]
    if any(p.op in ("const", "had", "scale") for p in parts):
        return had([const(coefficient), *scalars, *parts]) if shape == SCALAR else _matrix_had(scalars, parts, shape)
    if shape == SCALAR:
        for rewrite in _had_rewrites:
            parts = rewrite(parts)
        parts.sort(key=_digest)
        rest = parts[0] if len(parts) == 1 else make("had", tuple(parts), shape) if parts else ONE
        return numeric_multiple(coefficient, rest)
    return _matrix_had(scalars, parts, shape)


_had_rewrites: list[Any] = []  # identities between elementwise functions, filled from the book of rules


def _without_denominators(parts: list[Node]) -> Node | None:
    """s (1 - s) ((1 - y)/(1 - s) - y/s) = s - y: distribute over a sum whose every denominator cancels."""
    if len(parts) < 2:
        return None
    bases = set(parts)
    for i, p in enumerate(parts):
        if p.op == "add" and all(any(d in bases for d in _denominators(t)) for t in p.args):
            others = parts[:i] + parts[i + 1 :]
            whole = add([expanded(had([*others, t])) for t in p.args])
            return whole if not any(_denominators(t) for t in (whole.args if whole.op == "add" else (whole,))) else None
    return None


def expanded(product: Node) -> Node:
    """An elementwise product multiplied out."""
    c, rest = split(product)
    s, body = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
    factors = body.args if body.op == "had" else (body,)
    for i, f in enumerate(factors):
        if f.op == "add":
            others = [*factors[:i], *factors[i + 1 :]]
            terms = [had([*others, t]) if others else t for t in f.args]
            return add([scale(had([const(c), s]), expanded(t)) for t in terms])
    return product


def _denominators(t: Node) -> list[Node]:
    """The bases of negative powers among the factors of an elementwise product."""
    _, rest = split(t)
    body = rest.args[1] if rest.op == "scale" else rest
    factors = body.args if body.op == "had" else (body,)
    return [f.args[0] for f in factors if f.op == "pow" and f.args[1].op == "const" and is_negative(f.args[1].param)]


def _flat_factors(factors: Iterable[Node]) -> Iterable[Node]:
    for f in factors:
        if f.op == "had":
            yield from f.args
        elif f.op == "transpose" and f.args[0].op == "had":
            for inner in f.args[0].args:
                yield transpose(inner)
        else:
            yield f


def _merge(exponents: dict[Node, Node], f: Node) -> None:
    base, e = (f.args[0], f.args[1]) if f.op == "pow" else (f, ONE)
    if base.op == "call" and base.fn.name == "sqnorm":  # ||x||^2 and ||x|| are powers of one base
        base, e = _hooks["norm"](base.args[0]), had([const(2), e])
    known = exponents.get(base)
    exponents[base] = e if known is None else add([known, e])


def _matrix_had(scalars: list[Node], parts: list[Node], shape: Shape) -> Node:
    if any(p.op in ("scale", "had") for p in parts):
        return had([*(scale(s, ones(*shape)) for s in scalars), *parts])
    for rewrite in _had_rewrites:
        parts = rewrite(parts)
    if not parts:
        body = ones(*shape)
    elif len(parts) == 1:
        body = parts[0]
    else:
        body = _diagonal_had(parts, shape) or _oriented_had(parts, shape)
    return scale(had(scalars), body) if scalars else body


def _diagonal_had(parts: list[Node], shape: Shape) -> Node | None:
    """A o I = diag(diagonal(A))."""
    found = next((p for p in parts if p.op in ("eye", "diag")), None)
    if found is None:
        return None
    rest = [p for p in parts if p is not found]
    vectors = [diagonal(p) for p in rest] + ([found.args[0]] if found.op == "diag" else [])
    return diag(had(vectors))


def _oriented_had(parts: list[Node], shape: Shape) -> Node:
    parts.sort(key=_digest)
    node = make("had", tuple(parts), shape)
    if not _orientable(node):
        return node
    return _with_transpose(node, make("had", tuple(sorted(map(transpose, parts), key=_digest)), shape[::-1]))


# --- elementwise powers -----------------------------------------------------------------------------------------
def pow_(base: Node, e: Node) -> Node:
    """The elementwise power; of a scalar, the ordinary power."""
    if e is ONE:
        return base
    if e is ZERO:
        return ones(*base.shape)
    op = base.op
    if op == "ones" or base is ONE:
        return base
    if e.op == "const":
        k = e.param
        if op == "const":
            return _constant_power(base, e)
        if op == "zeros" and isinstance(k, int) and k > 0:
            return base
        if op == "pow" and base.args[1].op == "const" and (isinstance(k, int) or is_positive(base.args[0])):
            return pow_(base.args[0], const(value_product(base.args[1].param, k)))
        if op == "had" and (isinstance(k, int) or all(map(is_positive, base.args))):
            return had([pow_(f, e) for f in base.args])
        if op == "had" and base.args[0].op == "const" and not is_negative(base.args[0].param):
            c, rest = split(base)
            return had([_constant_power(const(c), e), pow_(rest, e)])
        if op == "scale" and isinstance(k, int):
            return scale(pow_(base.args[0], e), pow_(base.args[1], e))
        if op == "call" and base.fn.name in ("norm", "sqnorm"):
            return _norm_power(base, k, e)
        if op == "add":
            for rewrite in _had_rewrites:
                (only, *_) = rewrite([make("pow", (base, e), base.shape)])
                if only.op != "pow":
                    return only
    if op == "transpose":
        return transpose(pow_(base.args[0], e))
    return oriented(make("pow", (base, e), base.shape), lambda t: make("pow", (t, e), base.shape[::-1]))


def _constant_power(base: Node, e: Node) -> Node:
    if base.param == 0 and is_negative(e.param):
        raise BadInput("division by zero")
    return const(value_power(base.param, e.param))


def _norm_power(base: Node, k: Value, e: Node) -> Node:
    """||x||^2 is a node of its own, smooth at 0; other powers are powers of ||x||."""
    if base.fn.name == "sqnorm" and isinstance(k, Fraction) and k.denominator == 2:
        norm = _hooks["norm"](base.args[0])
        return norm if k.numerator == 1 else make("pow", (norm, const(k.numerator)), SCALAR)
    if base.fn.name == "norm" and isinstance(k, int) and k % 2 == 0:
        return pow_(_hooks["sqnorm"](base.args[0]), const(k // 2))
    return make("pow", (base, e), SCALAR)


def is_positive(n: Node) -> bool:
    """True when every entry is certainly positive."""
    if n.op == "const":
        return n.param.is_positive is True if isinstance(n.param, sympy.Expr) else n.param > 0
    if n.op == "symbol":
        return bool(n.properties & {"positive", "unit interval"})
    if n.op == "call":
        return n.fn.positive
    if n.op in ("pow", "transpose"):
        return is_positive(n.args[0])
    if n.op == "add" and len(n.args) == 2:
        unit = next((t for t in n.args if t is ONE or t.op == "ones"), None)
        other = next((t for t in n.args if t is not unit), None)
        if unit is not None and other is not None and _minus_fraction(other):
            return True  # 1 - s, for s between 0 and 1
    return n.op == "ones" or (n.op in ("had", "add", "scale", "matmul") and all(map(is_positive, n.args)))


def _minus_fraction(t: Node) -> bool:
    c, s = split(t)
    inside = "unit interval" in s.properties or (s.op == "call" and s.fn.name in ("sigmoid", "normal_cdf"))
    return inside and c == -1


def is_nonnegative(n: Node) -> bool:
    """True when every entry is certainly at least 0."""
    if n.op == "pow" and n.args[1].op == "const" and isinstance(n.args[1].param, int) and n.args[1].param % 2 == 0:
        return True
    if n.op == "matmul" and len(n.args) == 2 and n.is_scalar and transpose(n.args[0]) is n.args[1]:
        return True
    if n.op in ("had", "add", "scale"):
        return all(map(is_nonnegative, n.args))
    return bool(n.properties & {"nonnegative", "simplex", "binary", "one-hot"}) or is_positive(n)


def oriented(node: Node, transposed: Any) -> Node:
    """An elementwise node f(M): take f(M^T)^T when that has fewer transposes."""
    if not _orientable(node):
        return node
    return _with_transpose(node, transposed(transpose(node.args[0])))


# --- matrix products --------------------------------------------------------------------------------------------
def matmul(factors: Sequence[Node]) -> Node:
    """The matrix product of any number of factors; scalars among them are pulled out."""
    scalars: list[Node] = []
    chain: list[Node] = []
    for f in factors:
        if f.op == "scale":
            scalars.append(f.args[0])
            f = f.args[1]
        if f.is_scalar:
            scalars.append(f)
        elif f.op == "matmul":
            chain.extend(f.args)
        else:
            chain.append(f)
    _check_chain(chain)
    if not chain:
        return had(scalars)
    if len(chain) > 1:
        chain = [g for f in chain for g in _thin(f)]
    shape = (chain[0].shape[0], chain[-1].shape[1])
    if any(f.op == "zeros" for f in chain):
        return zeros(*shape)
    body = _product(_merge_adjacent(chain), shape, scalars)
    return scale(had(scalars), body) if scalars else body


def _thin(f: Node) -> tuple[Node, ...]:
    """A matrix of ones as column times row, so that the scalars beside it are seen."""
    m, n = f.shape
    return (f,) if f.op != "ones" or is_one(m) or is_one(n) else (ones(m, 1), ones(1, n))


def _check_chain(chain: list[Node]) -> None:
    for a, b in pairwise(chain):
        if not same_size(a.shape[1], b.shape[0]):
            raise ShapeError(f"cannot multiply {a} {shape_text(a.shape)} by {b} {shape_text(b.shape)}")


def _base_and_exponent(f: Node) -> tuple[Node, Node]:
    """M^k as (M, k); X^{-T} as (X^T, -1)."""
    if f.op == "matpow":
        return f.args[0], f.args[1]
    if f.op == "transpose" and f.args[0].op == "matpow":
        return transpose(f.args[0].args[0]), f.args[0].args[1]
    return f, ONE


def _merge_adjacent(chain: list[Node]) -> list[Node]:
    """X X = X^2, X^{-1} X = I, diag(u) v = u o v, and their like, wherever two neighbours meet."""
    out: list[Node] = []
    todo = list(reversed(chain))
    while todo:
        f = todo.pop()
        if f.op == "eye":
            if not out and not todo:
                return [f]
            continue
        base, e = _base_and_exponent(f)
        if base.op == "matmul" and _absorb(base, e, out, todo):
            continue
        if len(out) > 1 and _penrose(out[-2], out[-1], f):
            out.pop()  # Y^+ Y Y^+ = Y^+ and Y Y^+ Y = Y
            continue
        if out:
            merged = _pair(out[-1], f)
            if merged is not None:
                out.pop()
                todo.extend(reversed(merged.args if merged.op == "matmul" else (merged,)))
                continue
        out.append(f)
    return out or [eye(chain[0].shape[0])]


def _absorb(base: Node, e: Node, out: list[Node], todo: list[Node]) -> bool:
    """(AB)^{-1} next to AB, on either side."""
    k = len(base.args)
    if tuple(out[-k:]) == base.args:
        del out[-k:]
        rest = matpow(base, add([e, ONE]))
    elif tuple(reversed(todo[-k:])) == base.args:
        del todo[-k:]
        rest = matpow(base, add([e, ONE]))
    elif e is MINUS_ONE and all(same_size(*f.shape) for f in base.args) and out and out[-1] is base.args[-1]:
        out.pop()  # R (PQR)^{-1} = (PQ)^{-1}; square factors of an invertible product are invertible
        rest = inv(matmul(base.args[:-1]))
    elif e is MINUS_ONE and all(same_size(*f.shape) for f in base.args) and todo and todo[-1] is base.args[0]:
        todo.pop()
        rest = inv(matmul(base.args[1:]))
    else:
        return False
    todo.append(rest)
    if todo[-1].op == "matmul":
        todo.extend(reversed(todo.pop().args))
    return True


def _pair(a: Node, b: Node) -> Node | None:
    """The product of two neighbours where it has a simpler form, else None."""
    if same_size(*a.shape) and same_size(*b.shape):
        (x, p), (y, q) = _base_and_exponent(a), _base_and_exponent(b)
        if x is y:
            return matpow(x, add([p, q]))
    for law in (*_NEIGHBOURS.get(a.op, ()), *_NEIGHBOURS.get(b.op, ())):
        found = law(a, b)
        if found is not None:
            return found
    return None


def _orthonormal(a: Node, b: Node) -> Node | None:
    """Q^T Q = I, and Q Q^T = I for square Q."""
    if "orthogonal" in _properties(a) and transpose(a) is b and (a.op == "transpose" or same_size(*a.shape)):
        return eye(a.shape[0])
    return None


def _inverse_of_full_rank(a: Node, b: Node) -> Node | None:
    """X^+ X = I for full column rank, X X^+ = I for full row rank."""
    if _pinv_argument(a) is b and "full column rank" in _rank(b):
        return eye(b.shape[1])
    if _pinv_argument(b) is a and "full row rank" in _rank(a):
        return eye(a.shape[0])
    return None


def _scaled_rows(a: Node, b: Node) -> Node | None:
    """diag(u) diag(v) = diag(u o v), diag(u) v = u o v and u^T diag(v) = (u o v)^T."""
    if a.op == "diag" and b.op == "diag":
        return diag(had([a.args[0], b.args[0]]))
    if a.op == "diag" and is_one(b.shape[1]):
        return had([a.args[0], b])
    if b.op == "diag" and is_one(a.shape[0]):
        return transpose(had([transpose(a), b.args[0]]))
    return None


def _commuted(a: Node, b: Node) -> Node | None:
    """K K^T = I, K (A (x) B) = (B (x) A) K and K vec X = vec X^T."""
    if a.op != "commutation":
        return None
    if b.op == "commutation" and a.param == b.param[::-1]:
        return eye(a.shape[0])
    if b.op == "kron" and len(b.args) == 2:
        left, right = b.args
        if same_size(a.param[0], right.shape[0]) and same_size(a.param[1], left.shape[0]):
            return matmul([kron([right, left]), commutation(right.shape[1], left.shape[1])])
    if b.op == "vec" and same_shape(a.param, b.args[0].shape):
        return vec(transpose(b.args[0]))
    return None


def _mixed_product(a: Node, b: Node) -> Node | None:
    """(A (x) B)(C (x) D) = AC (x) BD."""
    if a.op != b.op or len(a.args) != len(b.args):
        return None
    pairs = list(zip(a.args, b.args, strict=True))
    return kron([matmul(p) for p in pairs]) if all(same_size(x.shape[1], y.shape[0]) for x, y in pairs) else None


def _summed(a: Node, b: Node) -> Node | None:
    """1^T softmax(Z) = 1^T, and 1^T (A - 1 m^T) multiplied out where that is shorter; the same from the right."""
    if a.op == "ones" and is_one(a.shape[0]):
        return None if is_one(b.shape[1]) else _column_sums(a, b)
    if b.op == "ones" and is_one(b.shape[1]) and not is_one(a.shape[0]):
        found = _column_sums(transpose(b), transpose(a))
        return None if found is None else transpose(found)
    return None


def _column_sums(one: Node, m: Node) -> Node | None:
    if m.op == "call" and m.fn.name == "softmax":
        return ones(1, m.shape[1])
    if m.op == "add" and any(_starts_with_ones(t) for t in m.args):
        return _shorter([matmul([one, t]) for t in m.args], len(m.args))
    return None


_NEIGHBOURS = {
    "symbol": (_orthonormal, _inverse_of_full_rank),
    "transpose": (_orthonormal, _inverse_of_full_rank),
    "call": (_inverse_of_full_rank,),
    "diag": (_scaled_rows,),
    "commutation": (_commuted,),
    "kron": (_mixed_product,),
    "ones": (_summed,),
}


def _starts_with_ones(t: Node) -> bool:
    _, t = split(t)
    t = t.args[1] if t.op == "scale" else t
    return t.op == "ones" or (t.op == "matmul" and t.args[0].op == "ones")


def _shorter(terms: list[Node], count: int) -> Node | None:
    """1^T (A - 1 m^T) = 1^T A - n m^T: distributed only where terms then cancel or merge."""
    distributed = add(terms)
    length = len(distributed.args) if distributed.op == "add" else 0 if is_zero(distributed) else 1
    return distributed if length < count else None


def _pinv_argument(f: Node) -> Node | None:
    """Y when f is Y^+, also in the form (Y^T)^+ = (Y^+)^T."""
    if f.op == "transpose" and f.args[0].op == "call" and f.args[0].fn.name == "pinv":
        return transpose(f.args[0].args[0])
    return f.args[0] if f.op == "call" and f.fn.name == "pinv" else None


def _penrose(a: Node, b: Node, c: Node) -> bool:
    return (
        a is c
        and (_pinv_argument(a) is b or _pinv_argument(b) is a)
        and (_pinv_argument(a) or _pinv_argument(b)) is not None
    )


_TRANSPOSED_RANK = {"full column rank": "full row rank", "full row rank": "full column rank"}


def _rank(n: Node) -> frozenset[str]:
    """The declared rank of a matrix or of its transpose."""
    if n.op == "transpose":
        return frozenset(_TRANSPOSED_RANK.get(p, p) for p in n.args[0].properties)
    return n.properties


def _properties(n: Node) -> frozenset[str]:
    if n.op == "transpose":
        n = n.args[0]
    return n.properties


def _product(chain: list[Node], shape: Shape, scalars: list[Node]) -> Node:
    """The chain as a node, after pulling out every stretch of it that is a scalar."""
    if len(chain) == 1:
        return chain[0]
    cuts = [i for i, f in enumerate(chain) if is_one(f.shape[0])]
    if is_one(shape[1]):
        cuts.append(len(chain))
    if len(cuts) < 2:
        return _chain(chain, shape)
    for i, j in pairwise(cuts):
        scalars.append(_scalar_chain(chain[i:j]))
    rest = chain[: cuts[0]] + chain[cuts[-1] :]
    if not rest:
        return ONE
    return _chain(rest, shape)


def _chain(chain: list[Node], shape: Shape) -> Node:
    if len(chain) == 1:
        return chain[0]
    if len(chain) == 2 and chain[0].op == "ones" and chain[1].op == "ones" and is_one(chain[0].shape[1]):
        return ones(*shape)
    return make("matmul", tuple(chain), shape)


def _scalar_chain(chain: list[Node]) -> Node:
    """A 1 x 1 product: the shorter of inner product and sum, in the orientation with fewer transposes."""
    if len(chain) == 1:
        return chain[0]
    if len(chain) == 2:
        return dot(transpose(chain[0]), chain[1])
    flipped = tuple(transpose(f) for f in reversed(chain))
    node, other = make("matmul", tuple(chain), SCALAR), make("matmul", flipped, SCALAR)
    return min(node, other, key=lambda n: (n.flips, _leading_name(n), n.digest))


def _leading_name(n: Node) -> str:
    while n.args:
        n = n.args[0]
    return n.name if n.op in ("symbol", "item") else "~"


def dot(u: Node, v: Node) -> Node:
    """u^T v for columns: constant vectors are summed, elementwise factors that cancel are cancelled."""
    if u.op == "ones" and v.op == "ones":
        return const(u.shape[0])
    if v.op == "ones":
        u, v = v, u
    if u.op == "ones" and v.op == "add" and any(_starts_with_ones(t) for t in v.args):
        distributed = _shorter([dot(u, t) for t in v.args], len(v.args))
        if distributed is not None:
            return distributed
    if {u.op, v.op} & {"had", "pow", "scale"} or "ones" in (u.op, v.op):
        s, body = had([u, v]), None
        if s.op == "scale":
            return scale(s.args[0], dot(ones(*s.args[1].shape), s.args[1]))
        if s.op == "zeros":
            return ZERO
        if s.op == "had" and len(s.args) == 2 and not {"ones"} & {u.op, v.op}:
            u, v = s.args
        elif s.op != "had" or len(s.args) < _length(u) + _length(v):
            u, v = ones(*u.shape), s
        if u.op == "ones" and v.op == "had" and len(v.args) == 2:
            u, v = v.args
        if u.op == "ones" and v.op == "pow" and v.args[1].op == "const" and v.args[1].param == 2:
            return make("matmul", (transpose(v.args[0]), v.args[0]), SCALAR)
        if u.op == "ones" and (v.op == "basis" or (v.op == "call" and v.fn.name == "softmax")):
            return ONE
        if u.op == "ones" and v.op not in ("matmul",):
            return make("matmul", (transpose(u), v), SCALAR)
        if body is None and "matmul" in (u.op, v.op):
            return _dot_chain(u, v)
    elif "matmul" in (u.op, v.op):
        return _dot_chain(u, v)
    if u.op == "basis" and v.op == "basis":
        if u is v:
            return ONE
        if u.args[0].op == "const" and v.args[0].op == "const":
            return ZERO
    if ((_leading_name(v), v.digest) < (_leading_name(u), u.digest) and u.op != "ones") or v.op == "ones":
        u, v = v, u
    return make("matmul", (transpose(u), v), SCALAR)


def _dot_chain(u: Node, v: Node) -> Node:
    row, column = transpose(u), v
    chain = [*(row.args if row.op == "matmul" else (row,)), *(column.args if column.op == "matmul" else (column,))]
    scalars: list[Node] = []
    chain = _merge_adjacent(chain)
    if len(chain) == 2 and not {"matmul"} & {chain[0].op, chain[1].op}:
        return dot(transpose(chain[0]), chain[1])
    body = _product(chain, SCALAR, scalars)
    return had([*scalars, body]) if scalars else body


def _length(n: Node) -> int:
    return len(n.args) if n.op == "had" else 0 if n.op == "ones" else 1


# --- matrix powers ----------------------------------------------------------------------------------------------
def matpow(m: Node, k: Node) -> Node:
    """The matrix power M^k of a square matrix; k = -1 is the inverse."""
    if m.is_scalar:
        return pow_(m, k)
    if not same_size(m.shape[0], m.shape[1]):
        what = "invert" if k is MINUS_ONE else "take a power of"
        raise ShapeError(f"cannot {what} {m} {shape_text(m.shape)}: it is not square")
    if k is ONE:
        return m
    if k is ZERO:
        return eye(m.shape[0])
    op = m.op
    if op == "eye":
        return m
    if op == "matpow" and (m.args[1].op == "const" or k.op == "const"):
        return matpow(m.args[0], had([m.args[1], k]))
    if op == "transpose":
        return transpose(matpow(m.args[0], k))
    if op == "diag":
        return diag(pow_(m.args[0], k))
    if op == "scale" and k.op == "const" and isinstance(k.param, int):
        return scale(pow_(m.args[0], k), matpow(m.args[1], k))
    if "orthogonal" in m.properties and k is MINUS_ONE:
        return transpose(m)
    if op == "call" and m.fn.name == "expm" and k.op == "const":
        return _hooks["expm"](scale(k, m.args[0]))
    node = make("matpow", (m, k), m.shape)
    if not _orientable(node):
        return node
    return _with_transpose(node, make("matpow", (transpose(m), k), m.shape))


def inv(m: Node) -> Node:
    """The inverse of a square matrix."""
    return matpow(m, MINUS_ONE)


# --- linear maps ------------------------------------------------------------------------------------------------
def trace(m: Node) -> Node:
    """tr M of a square matrix."""
    if not same_size(m.shape[0], m.shape[1]):
        raise ShapeError(f"cannot take the trace of {m} {shape_text(m.shape)}: it is not square")
    op = m.op
    if m.is_scalar:
        return m
    if op == "scale":
        return had([m.args[0], trace(m.args[1])])
    if op == "eye":
        return const(m.shape[0])
    if op == "zeros":
        return ZERO
    if op == "transpose":
        return trace(m.args[0])
    if op == "diag":
        return matmul([ones(1, m.shape[0]), m.args[0]])
    if op == "ones":
        return const(m.shape[0])
    if op == "matmul":
        for i, f in enumerate(m.args):
            if i and is_one(f.shape[0]):
                return matmul([*m.args[i:], *m.args[:i]])
    if op == "kron" and all(same_size(*f.shape) for f in m.args):
        return had([trace(f) for f in m.args])
    return make("trace", (m,), SCALAR)


def inner(a: Node, b: Node) -> Node:
    """<A, B> = tr(A^T B), the sum of all products of entries."""
    if a.is_scalar:
        return had([a, b])
    if a.op == "scale":
        return had([a.args[0], inner(a.args[1], b)])
    if b.op == "scale":
        return had([b.args[0], inner(a, b.args[1])])
    if is_one(a.shape[1]):
        return matmul([transpose(a), b])
    if is_one(a.shape[0]):
        return matmul([a, transpose(b)])
    if a.op == "ones":
        return total(b)
    if b.op == "ones":
        return total(a)
    return _split_trace(matmul([transpose(a), b]))


def _split_trace(m: Node) -> Node:
    """tr((A - u v^T) B) = tr(A B) - v^T B u: a trace is split where a part of it is a scalar product."""
    if m.op == "scale":
        return had([m.args[0], _split_trace(m.args[1])])
    factors = m.args if m.op == "matmul" else (m,)
    for i, f in enumerate(factors):
        if f.op == "add" and len(factors) < 4 and any(is_outer(t) for t in f.args):
            return add([trace(matmul([*factors[:i], t, *factors[i + 1 :]])) for t in f.args])
    return trace(m)


def is_outer(t: Node) -> bool:
    """True for a multiple of u M ... v^T with a column and a row inside."""
    _, body = split(t)
    body = body.args[1] if body.op == "scale" else body
    return body.op == "matmul" and any(is_one(f.shape[0]) for f in body.args[1:])


def total(m: Node) -> Node:
    """The sum of all entries, 1^T M 1."""
    return matmul([ones(1, m.shape[0]), m, ones(m.shape[1], 1)])


def diag(v: Node) -> Node:
    """The diagonal matrix of a column."""
    if not is_one(v.shape[1]):
        raise ShapeError(f"diag wants a column, found {v} {shape_text(v.shape)}")
    if v.is_scalar:
        return v
    n = v.shape[0]
    if v.op == "scale":
        return scale(v.args[0], diag(v.args[1]))
    if v.op == "ones":
        return eye(n)
    if v.op == "zeros":
        return zeros(n, n)
    if v.op == "diagonal" and "diagonal" in v.args[0].properties:
        return v.args[0]
    return make("diag", (v,), (n, n))


def diagonal(m: Node) -> Node:
    """The diagonal of a square matrix as a column."""
    if not same_size(m.shape[0], m.shape[1]):
        raise ShapeError(f"cannot take the diagonal of {m} {shape_text(m.shape)}: it is not square")
    op, n = m.op, m.shape[0]
    if m.is_scalar:
        return m
    if op == "scale":
        return scale(m.args[0], diagonal(m.args[1]))
    if op == "diag":
        return m.args[0]
    if op in ("eye", "ones"):
        return ones(n, 1)
    if op == "zeros":
        return zeros(n, 1)
    if op == "transpose":
        return diagonal(m.args[0])
    if op == "had":
        return had([diagonal(f) for f in m.args])
    if op == "matmul":
        for i, f in enumerate(m.args):
            if i and is_one(f.shape[0]):  # diagonal(u v^T) = u o v
                return had([matmul(m.args[:i]), transpose(matmul(m.args[i:]))])
        if m.args[0].op == "diag":
            return had([m.args[0].args[0], diagonal(matmul(m.args[1:]))])
        if m.args[-1].op == "diag":
            return had([diagonal(matmul(m.args[:-1])), m.args[-1].args[0]])
    return make("diagonal", (m,), (n, 1))


def vec(m: Node) -> Node:
    """The columns of M stacked."""
    rows, columns = m.shape
    if is_one(columns):
        return m
    if is_one(rows):
        return transpose(m)
    if m.op == "scale":
        return scale(m.args[0], vec(m.args[1]))
    if m.op == "zeros":
        return zeros(size_product(rows, columns), 1)
    if m.op == "unvec":
        return m.args[0]
    return make("vec", (m,), (size_product(rows, columns), 1))


def unvec(v: Node, shape: Shape) -> Node:
    """The matrix of this shape whose vec is v."""
    if is_one(shape[1]):
        return v
    if is_one(shape[0]):
        return transpose(v)
    if v.op == "vec" and same_shape(v.args[0].shape, shape):
        return v.args[0]
    if v.op == "scale":
        return scale(v.args[0], unvec(v.args[1], shape))
    if v.op == "zeros":
        return zeros(*shape)
    return make("unvec", (v,), shape)


def size_product(a: Size, b: Size) -> Size:
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    product = sympy.sympify(a) * sympy.sympify(b)
    return product if not product.is_Integer else int(product)


def kron(factors: Sequence[Node]) -> Node:
    """The Kronecker product."""
    scalars: list[Node] = []
    flat: list[Node] = []
    for f in factors:
        if f.op == "scale":
            scalars.append(f.args[0])
            f = f.args[1]
        if f.is_scalar:
            scalars.append(f)
        elif f.op == "kron":
            flat.extend(f.args)
        else:
            flat.append(f)
    if not flat:
        return had(scalars)
    shape = flat[0].shape
    for f in flat[1:]:
        shape = (size_product(shape[0], f.shape[0]), size_product(shape[1], f.shape[1]))
    if any(f.op == "zeros" for f in flat):
        return zeros(*shape)
    if all(f.op == "eye" for f in flat):
        body = eye(shape[0])
    elif len(flat) == 2 and is_one(flat[0].shape[0]) and is_one(flat[1].shape[1]):
        body = matmul([flat[1], flat[0]])  # v^T (x) u = u v^T
    elif len(flat) == 2 and is_one(flat[0].shape[1]) and is_one(flat[1].shape[0]):
        body = matmul(flat)
    elif len(flat) == 1:
        body = flat[0]
    else:
        body = make("kron", tuple(flat), shape)
        if _orientable(body):
            body = _with_transpose(body, make("kron", tuple(map(transpose, flat)), shape[::-1]))
    return scale(had(scalars), body) if scalars else body


def explicit(rows: Sequence[Sequence[Node]]) -> Node:
    """The matrix with these scalar entries."""
    shape = (len(rows), len(rows[0]))
    if any(len(r) != shape[1] for r in rows):
        raise ShapeError(f"rows of different lengths: {', '.join(str(len(r)) for r in rows)}")
    entries = tuple(e for r in rows for e in r)
    for e in entries:
        if not e.is_scalar:
            raise ShapeError(f"an entry must be a scalar, found {e} {shape_text(e.shape)}")
    return entries[0] if shape == SCALAR else make("explicit", entries, shape)


def sumover(body: Node, index: Node, lo: Node, hi: Node) -> Node:
    """The sum of `body` for index = lo..hi."""
    if is_zero(body):
        return body
    if index not in set(_leaves(body)):
        return scale(add([hi, const(1), scale(MINUS_ONE, lo)]), body)
    c, rest = split(body)
    if c != 1:
        return scale(const(c), sumover(rest, index, lo, hi))
    return make("sumover", (body, lo, hi), body.shape, index)


def _leaves(n: Node) -> Iterable[Node]:
    from .nodes import walk

    return (x for x in walk(n) if x.op == "symbol")


# --- calls ------------------------------------------------------------------------------------------------------
_call_rewrites: dict[str, Any] = {}  # how the call of a function simplifies, by its name


def call(fn: Function, args: Sequence[Node]) -> Node:
    """fn applied to its arguments."""
    args = tuple(args)
    rewrite = _call_rewrites.get(fn.name)
    if rewrite is not None:
        simpler = rewrite(*args)
        if simpler is not None:
            return simpler
    if fn.elementwise:
        first = args[0]
        if first.op == "transpose" and len(args) == 1:
            return transpose(call(fn, (first.args[0],)))
        node = make("call", args, first.shape, (fn,))
        return oriented(node, lambda t: make("call", (t, *args[1:]), t.shape, (fn,))) if len(args) == 1 else node
    return make("call", args, fn.shape(*(a.shape for a in args)), (fn,))


# --- rebuilding -------------------------------------------------------------------------------------------------
def rebuild(op: str, args: Sequence[Node], param: Any, shape: Shape) -> Node:
    """A node of this kind with other arguments, simplified as if written anew."""
    match op:
        case "add":
            return add(args)
        case "had":
            return had(args)
        case "scale":
            return matmul(args) if not args[0].is_scalar else scale(args[0], args[1])
        case "matmul":
            return matmul(args)
        case "pow":
            return pow_(args[0], args[1])
        case "transpose":
            return transpose(args[0])
        case "matpow":
            return matpow(args[0], args[1])
        case "trace":
            return trace(args[0])
        case "diag":
            return diag(args[0])
        case "diagonal":
            return diagonal(args[0])
        case "kron":
            return kron(args)
        case "vec":
            return vec(args[0])
        case "unvec":
            return unvec(args[0], shape)
        case "basis":
            return basis(param, args[0])
        case "call":
            return call(param[0], args)
        case "sumover":
            return sumover(args[0], param, args[1], args[2])
        case "item":
            return make(op, tuple(args), shape, param)
        case "explicit":
            return make(op, tuple(args), shape)
    return make(op, (), shape, param)


def substitute(root: Node, replacements: dict[Node, Node]) -> Node:
    """`root` with nodes replaced, simplified on the way; linear in the DAG."""
    from .nodes import walk

    done: dict[Node, Node] = dict(replacements)
    for node in walk(root):
        if node in done:
            continue
        args = tuple(done[a] for a in node.args)
        changed = any(x is not y for x, y in zip(args, node.args, strict=True))
        done[node] = rebuild(node.op, args, node.param, node.shape) if changed else node
    return done[root]


# --- operators --------------------------------------------------------------------------------------------------
def plus(a: Node, b: Node) -> Node:
    """a + b; a scalar is added to every entry of a vector."""
    if a.is_scalar != b.is_scalar:
        a, b = broadcast(a, b), broadcast(b, a)
    return add([a, b])


def broadcast(s: Node, like: Node) -> Node:
    """A scalar as a vector or matrix of equal entries, where that cannot be mistaken for a multiple of I."""
    if not s.is_scalar or like.is_scalar:
        return s
    m, n = like.shape
    if is_zero(s):
        return zeros(m, n)
    if same_size(m, n) and not _entrywise(like):
        raise ShapeError(
            f"cannot add {s} (scalar) and {like} {shape_text(like.shape)}; write {s}*eye({n}) or {s}*ones({m}, {n})"
        )
    return scale(s, ones(m, n))


def _entrywise(n: Node) -> bool:
    """True for the value of an elementwise function, where 1 + f(X) can only mean: to every entry."""
    if n.op in ("scale", "transpose", "add", "had"):
        return any(_entrywise(a) for a in n.args)
    return n.op in ("pow", "ones") or (n.op == "call" and n.fn.elementwise)


def minus(a: Node, b: Node) -> Node:
    return plus(a, scale(MINUS_ONE, b))


def times(a: Node, b: Node) -> Node:
    """a b: a scalar multiple or the matrix product."""
    if a.is_scalar:
        return scale(a, b)
    return scale(b, a) if b.is_scalar else matmul([a, b])


def over(a: Node, b: Node) -> Node:
    if not b.is_scalar:
        raise ShapeError(f"cannot divide by {b} {shape_text(b.shape)}; use divide(a, b) entrywise or inv(b)")
    return scale(pow_(b, MINUS_ONE), a)


def to_the(a: Node, k: Node) -> Node:
    if not k.is_scalar:
        raise ShapeError(f"an exponent must be a scalar, found {k} {shape_text(k.shape)}")
    if a.is_scalar:
        return pow_(a, k)
    if not same_size(*a.shape):
        raise ShapeError(
            f"cannot take a power of {a} {shape_text(a.shape)}: it is not square; use power(x, p) entrywise"
        )
    return matpow(a, k)


def getitem(a: Node, key: Any) -> Node:
    """a[i] of a vector, a[i, j] of a matrix; indices count from 0, as in Python."""
    i, j = key if isinstance(key, tuple) else (key, 0) if is_one(a.shape[1]) else (0, key)
    if a.is_scalar and (i, j) == (0, 0):
        return a
    return matmul([transpose(basis(a.shape[0], _index(i, a.shape[0]))), a, basis(a.shape[1], _index(j, a.shape[1]))])


def _index(i: Any, n: Size) -> Node:
    if isinstance(i, int) and i < 0:
        return add([const(n), const(i + 1)])
    return add([as_node(i), ONE])


_hooks.update(
    as_node=as_node,
    call=call,
    transpose=transpose,
    inv=inv,
    rebuild=rebuild,
    plus=plus,
    minus=minus,
    times=times,
    over=over,
    to_the=to_the,
    getitem=getitem,
)
