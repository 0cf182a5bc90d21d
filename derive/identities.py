"""Identities between elementwise functions, applied whenever a product is built: e^y / (1 + e^y) = sigma(y)."""

from __future__ import annotations

from . import algebra as al
from .algebra import call
from .book import identities
from .functions import abs_, exp, softmax_
from .nodes import MINUS_ONE, ONE, Node, const, walk
from .rebuilding import rebuild
from .rule import Identity, instantiate

_HEADS = ("exp", "sign", "sinh")  # every identity has one of these on its left side, or a power of a sum
Binding = dict[Node, Node]


def match(template: Node, node: Node, binding: Binding) -> Binding | None:
    """The placeholders of an elementwise template bound so that it equals `node`, extending `binding`; or None."""
    if template.op == "symbol":
        known = binding.get(template)
        if known is not None:
            return binding if known is node else None
        return {**binding, template: node}
    slots = _placeholders(template)
    if slots and all(p in binding for p in slots):
        return binding if instantiate(template, binding) is node else None
    if template.op == "const":
        return binding if template is node or (template is ONE and node.op == "ones") else None
    if template.op != node.op or len(template.args) != len(node.args):
        return None
    if template.op == "call" and template.fn is not node.fn:
        return None
    orders = (node.args, node.args[::-1]) if template.op in ("add", "had") and len(node.args) == 2 else (node.args,)
    for order in orders:
        found: Binding | None = binding
        for t, n in zip(template.args, order, strict=True):
            found = None if found is None else match(t, n, found)
        if found is not None:
            return found
    return None


def _placeholders(template: Node) -> list[Node]:
    return [n for n in walk(template) if n.op == "symbol"]


def rewrite(parts: list[Node]) -> list[Node]:
    """Replace the factors of a product that match an identity's left side by its right side."""
    if not any((p.op == "pow" and p.args[0].op == "add") or (p.op == "call" and p.fn.name in _HEADS) for p in parts):
        return parts
    for row in _rows():
        found = _find(list(row.lhs), parts, {}, [])
        if found is not None:
            binding, used = found
            return [p for p in parts if not any(p is u for u in used)] + [instantiate(row.rhs, binding)]
    return parts


def moduli(parts: list[Node]) -> list[Node]:
    """sign(y) |y|^k = y^k, sign(y) y^k = |y|^k and |y| y^(k-1) = |y|^k for odd k > 0, |y| y^(k-1) for even k."""
    for f in parts:
        if f.op != "call" or f.fn.name not in ("sign", "abs"):
            continue
        y = f.args[0]
        for g in parts:
            base, k = (g.args[0], g.args[1].param) if g.op == "pow" and g.args[1].op == "const" else (g, 1)
            found = _beside(f, base, y, k) if g is not f and isinstance(k, int) and k > 0 else None
            if found is not None:
                return [p for p in parts if p is not f and p is not g] + found
    return parts


def _beside(f: Node, base: Node, y: Node, k: int) -> list[Node] | None:
    """f = sign(y) or |y| times base^k, where base is y or |y|."""
    modulus = call(abs_, (y,))
    if f is modulus:
        return [al.pow_(modulus, const(k + 1))] if base is y and k % 2 == 0 else None
    if base is modulus:
        return [al.pow_(y, const(k))]
    if base is not y:
        return None
    return [al.pow_(modulus, const(k))] if k % 2 else [al.pow_(y, const(k - 1)), modulus]


def _find(
    wanted: list[Node], parts: list[Node], binding: Binding, used: list[Node]
) -> tuple[Binding, list[Node]] | None:
    if not wanted:
        return binding, used
    for p in parts:
        if any(p is u for u in used):
            continue
        bound = match(wanted[0], p, binding)
        if bound is not None:
            found = _find(wanted[1:], parts, bound, [*used, p])
            if found is not None:
                return found
    return None


def _rows() -> tuple[Identity, ...]:
    return identities()  # type: ignore[return-value]


def softmax_of(s: Node, m: Node) -> Node | None:
    """exp(z) / (1^T exp(z)) = softmax(z), wherever exp(z) stands in a product."""
    factors = s.args if s.op == "had" else (s,)
    for f in factors:
        if f.op == "pow" and f.args[1] is MINUS_ONE and (e := _summed_exponential(f.args[0])) is not None:
            found = _replaced_once(m, e, call(softmax_, e.args))
            if found is not None:
                return al.scale(al.had([g for g in factors if g is not f] or [ONE]), found)
    return None


def _summed_exponential(total: Node) -> Node | None:
    """exp(z) when `total` is 1^T exp(z)."""
    if total.op == "matmul" and len(total.args) == 2 and total.args[0].op == "ones":
        e = total.args[1]
        if e.op == "call" and e.fn is exp:
            return e
    return None


def _replaced_once(m: Node, e: Node, new: Node) -> Node | None:
    if m is e:
        return new
    if m.op in ("matmul", "had", "diag"):
        for i, a in enumerate(m.args):
            found = (
                new
                if a is e
                else al.transpose(new)
                if al.transpose(a) is e
                else _replaced_once(a, e, new)
                if a.op in ("diag", "had")
                else None
            )
            if found is not None:
                return rebuild(m.op, (*m.args[:i], found, *m.args[i + 1 :]), m.param, m.shape)
    return None


al._had_rewrites.append(rewrite)
al._had_rewrites.append(moduli)
al._scale_rewrites.append(softmax_of)
