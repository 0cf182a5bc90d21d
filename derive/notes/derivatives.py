r"""Derivatives as they are written: `\frac{\partial f}{\partial x}`, `\frac{d}{dx} f`, `\nabla_x f`, `D f`, `f'(x)`.

Each is found by its place in the tokens; what is differentiated stays unread.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from .names import FONTS, canonical, name_end, name_of, names_in
from .statements import RELATIONS
from .tex import Tex, argument, bare, group_end, outer, script, split, text_of

Kind = Literal["quotient", "nabla", "hessian", "prime", "differential", "directional"]
_FRACTIONS = frozenset([r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"])
_BIG = frozenset([r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\biggl", r"\biggr"])
_SPACES = frozenset([r"\,", r"\:", r"\;", r"\ ", "~", r"\>", r"\quad"])
_CLOSERS = frozenset(["}", ")", "]", r"\right", r"\end", "&", r"\\", ",", r"\rangle", r"\}", r"\rVert"])
_HESSIANS = frozenset(["H", "J", "D"])


@dataclass(frozen=True)
class Derivative:
    """`function` by the variables `wrt` (none where the text names none), at tokens [start, end) of its side."""

    kind: Kind
    function: Tex
    wrt: tuple[Tex, ...]
    start: int
    end: int
    order: int = 1
    direction: tuple[Tex, ...] = ()


def derivatives(tex: Tex, functions: Collection[str] = ()) -> list[Derivative]:
    """The outermost derivatives in a side; `functions` are the names known to be functions (for `D f` and `f'`)."""
    found: list[Derivative] = []
    i = 0
    while i < len(tex):
        one = _at(tex, i, functions)
        if one is not None:
            found.append(one)
            i = one.end
        else:
            i += 1
    return found


def is_derivative(tex: Tex, functions: Collection[str] = ()) -> Derivative | None:
    """The derivative that the whole side is, if it is one."""
    tex = _unwrapped(tex)
    found = derivatives(tex, functions)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(tex):
        return found[0]
    return _directional(tex, functions) or _differential(tex, functions)


def _unwrapped(tex: Tex) -> Tex:
    return bare(tex) if tex and tex[0].text == "{" else tex


def _at(tex: Tex, i: int, functions: Collection[str]) -> Derivative | None:
    word = tex[i].text
    if word in _FRACTIONS:
        return _quotient(tex, i, functions)
    if word == r"\nabla":
        return _nabla(tex, i, functions)
    if word == r"\partial":
        return _slashed(tex, i) or _subscripted(tex, i, functions)
    return _operator(tex, i, functions) or _prime(tex, i, functions)


# -------------------------------------------------------------------------------------------------- \frac{df}{dx}


def d_end(tex: Tex, i: int) -> int:
    r"""The index after a `d` of a differential: `d`, `\partial`, `\mathrm{d}`, `\text{d}`; i when there is none."""
    if i >= len(tex):
        return i
    word = tex[i].text
    if word in ("d", r"\partial", r"\dd", r"\diff"):
        return i + 1
    if word in FONTS or word in (r"\text", r"\operatorname", r"\mathop"):
        inside, end = argument(tex, i + 1)
        return end if text_of(inside).strip() == "d" else i
    if word == "{":
        end = group_end(tex, i)
        return end if text_of(tex[i + 1 : end - 1]).strip() in ("d", r"\partial", r"\rm d") else i
    return i


def _quotient(tex: Tex, i: int, functions: Collection[str]) -> Derivative | None:
    above, j = argument(tex, i + 1)
    below, end = argument(tex, j)
    read = _differentials(above, below)
    if read is None:
        return None
    function, wrt, order = read
    if not function:
        begin = _skip_spaces(tex, end)
        end = operand_end(tex, begin, wrt, whole=True)
        function = tex[begin:end]
        if not function:
            return None
    return Derivative("quotient", _unwrapped(function), wrt, i, end, order)


def _differentials(above: Tex, below: Tex) -> tuple[Tex, tuple[Tex, ...], int] | None:
    r"""`d^k f` over `dx`, `dx^2` or `dx dy`: the function, the variables, the order.

    `\partial f` over `\partial\sigma^2` is by the quantity `\sigma^2`, since the order above counts one variable.
    """
    start, first = d_end(above, 0), d_end(below, 0)
    if not start or not first:
        return None
    order, start = _power(above, start)
    wrt, whole = list[Tex](), list[Tex]()
    k = first
    while True:
        end = _variable_end(below, k)
        if end == k:
            return None
        wrt.append(below[k:end])
        begin = k
        count, k = _power(below, end)
        wrt += [wrt[-1]] * (count - 1)
        whole.append(below[begin:k])
        k = _skip_transpose(below, k)
        if k >= len(below):
            break
        nxt = d_end(below, k)
        if nxt == k:
            return None
        k = nxt
    by = wrt if order == len(wrt) else whole
    return (above[start:], tuple(by), order) if order == len(by) else None


def _variable_end(tex: Tex, i: int) -> int:
    if i < len(tex) and tex[i].text in ("(", "[", r"\left"):
        return group_end(tex, i)
    end = name_end(tex, i)
    if end > i:
        return end
    return len(tex) if "vec" in text_of(tex[i : i + 5]) else i


def _power(tex: Tex, i: int) -> tuple[int, int]:
    if i < len(tex) and tex[i].text == "^":
        inside, end = argument(tex, i + 1)
        if text_of(inside) in ("2", "3"):
            return int(text_of(inside)), end
    return 1, i


def power_base(tex: Tex) -> Tex:
    r"""`\sigma` of `\sigma^2`."""
    end = name_end(tex, 0)
    return tex[:end] if end and _power(tex, end)[1] == len(tex) else ()


def _skip_transpose(tex: Tex, i: int) -> int:
    if i < len(tex) and tex[i].text == "'":
        return i + 1
    if i < len(tex) and tex[i].text == "^":
        inside, end = script(tex, i + 1)
        return end if canonical(inside) in ("T", r"\top", r"\intercal", r"\prime", r"\text{T}", r"\mathsf{T}") else i
    return i


def _slashed(tex: Tex, i: int) -> Derivative | None:
    r"""`\partial f / \partial x` in a line."""
    slash = next((k for k in range(i + 1, min(i + 16, len(tex))) if tex[k].text == "/"), None)
    if slash is None or slash + 1 >= len(tex) or tex[slash + 1].text != r"\partial":
        return None
    end = name_end(tex, slash + 2)
    middle = tex[i + 1 : slash]
    if end == slash + 2 or any(tok.text in RELATIONS or tok.text in "+-" for tok in middle):
        return None
    return Derivative("quotient", middle, (tex[slash + 2 : end],), i, end)


def _subscripted(tex: Tex, i: int, functions: Collection[str]) -> Derivative | None:
    r"""`\partial_x f`."""
    if i + 1 >= len(tex) or tex[i + 1].text != "_":
        return None
    wrt, begin = script(tex, i + 2)
    end = operand_end(tex, begin, (wrt,), whole=False)
    return Derivative("quotient", tex[begin:end], (wrt,), i, end) if end > begin and name_of(wrt) else None


# --------------------------------------------------------------------------------------- \nabla_x f, \mathbf H f, D f


def _nabla(tex: Tex, i: int, functions: Collection[str]) -> Derivative | None:
    wrt: tuple[Tex, ...] = ()
    order, k = _power(tex, i + 1)
    if k < len(tex) and tex[k].text == "_":
        inside, k = script(tex, k + 1)
        wrt = tuple(part for _, part in split(inside, lambda tok: tok.text == ","))
        if order == 1:
            order, k = _power(tex, k)
    k = _skip_spaces(tex, k)
    end = operand_end(tex, k, wrt, whole=False)
    if end == k or order > 2:
        return None
    return Derivative("nabla" if order == 1 else "hessian", _unwrapped(tex[k:end]), wrt, i, end, order)


def _operator(tex: Tex, i: int, functions: Collection[str]) -> Derivative | None:
    r"""`D f(x)`, `D_x f`, `\mathbf{H} f(x)`, `\mathbf{H}_f`, `J_f(x)`: only of a name that is known as a function."""
    end = _letter_end(tex, i)
    letter = canonical(tex[i:end])
    if letter not in _HESSIANS or (i and tex[i - 1].text in ("_", "^")):
        return None
    wrt: tuple[Tex, ...] = ()
    if end < len(tex) and tex[end].text == "_":
        inside, end = script(tex, end + 1)
        follows = canonical(tex[end : name_end(tex, end)]) in functions
        if canonical(inside) in functions and not follows:
            return _of_function(letter, inside, (), i, _call_end(tex, end))
        wrt = (inside,)
    after = name_end(tex, end)
    name = tex[end:after]
    if after == end or canonical(name) not in functions:
        return None
    stop = _call_end(tex, after)
    return _of_function(letter, tex[end:stop], wrt, i, stop)


def _of_function(letter: str, function: Tex, wrt: tuple[Tex, ...], start: int, end: int) -> Derivative:
    return Derivative("hessian" if letter == "H" else "nabla", function, wrt, start, end, 2 if letter == "H" else 1)


def _letter_end(tex: Tex, i: int) -> int:
    if tex[i].text in FONTS:
        return argument(tex, i + 1)[1]
    return i + 1


def _call_end(tex: Tex, i: int) -> int:
    return group_end(tex, i) if i < len(tex) and tex[i].text in ("(", r"\left") else i


def _prime(tex: Tex, i: int, functions: Collection[str]) -> Derivative | None:
    r"""`f'(x)` and `f''(x)`, also `f^\prime(x)`, of a known function."""
    if (i and tex[i - 1].text in ("_", "^", "\\")) or canonical(tex[i : (k := name_end(tex, i))]) not in functions:
        return None
    head, order = tex[i:k], 0
    while k < len(tex) and tex[k].text == "'":
        order, k = order + 1, k + 1
    if k + 1 < len(tex) and tex[k].text == "^" and text_of(argument(tex, k + 1)[0]) in (r"\prime", r"\prime\prime"):
        inside, k = argument(tex, k + 1)
        order = len(inside)
    if not order:
        return None
    end = _call_end(tex, k)
    return Derivative("prime", (*head, *tex[k:end]), (), i, end, order)


# -------------------------------------------------------------------------------------------------- df, df(x) . v


def _differential(tex: Tex, functions: Collection[str]) -> Derivative | None:
    r"""`dL`, `\mathrm{d}\log\det X`: the whole of a left side."""
    begin = d_end(tex, 0)
    if not begin or begin == len(tex) or tex[begin].text in ("_", "^", "/"):
        return None
    if any(tok.text in "+-" for i, j in outer(tex) for tok in tex[i:j] if j == i + 1):
        return None
    return Derivative("differential", _unwrapped(tex[_skip_spaces(tex, begin) :]), (), 0, len(tex))


def _directional(tex: Tex, functions: Collection[str]) -> Derivative | None:
    r"""`d_x f(x, y) \cdot v` and `D f(x, y)[v, w]`: the derivative in a direction."""
    begin = d_end(tex, 0) or (1 if tex and tex[0].text == "D" else 0)
    if not begin:
        return None
    wrt: tuple[Tex, ...] = ()
    if begin < len(tex) and tex[begin].text == "_":
        inside, begin = argument(tex, begin + 1)
        wrt = (inside,)
    head = name_end(tex, begin)
    end = _call_end(tex, head)
    mapped = _map(tex, begin)
    if mapped is not None:
        function, wrt, end = mapped
    elif head == begin or end == head or canonical(tex[begin:head]) not in functions:
        return None
    else:
        function = tex[begin:end]
    if end >= len(tex):
        return None
    rest = tex[end + 1 :] if tex[end].text == r"\cdot" else tex[end:]
    if not rest or (tex[end].text not in (r"\cdot", "[", "(")):
        return None
    direction = tuple(part for _, part in split(bare(rest), lambda tok: tok.text == ","))
    return Derivative("directional", function, wrt, 0, len(tex), 1, direction)


def _map(tex: Tex, i: int) -> tuple[Tex, tuple[Tex, ...], int] | None:
    r"""`(x \mapsto \|x\|)(x)`: the function without a name, its variable, and the index after the call."""
    if i >= len(tex) or tex[i].text != "(":
        return None
    end = group_end(tex, i)
    parts = split(tex[i + 1 : end - 1], lambda tok: tok.text == r"\mapsto")
    if len(parts) != 2 or not name_of(parts[0][1]) or end >= len(tex) or tex[end].text != "(":
        return None
    return parts[1][1], (parts[0][1],), group_end(tex, end)


# -------------------------------------------------------------------------------------------------------- operands


def operand_end(tex: Tex, i: int, wrt: tuple[Tex, ...], whole: bool) -> int:
    r"""Where the operand of `\frac{d}{dx}` or `\nabla_x` ends: with its term, or with a call or name it begins with.

    `\nabla_x x^\top A x + b` differentiates one term; `\nabla f(x)^\top v` a call; `\nabla_w L \cdot v` only `L`,
    since `w` does not occur further on.
    """
    i = _skip_spaces(tex, i)
    end = _term_end(tex, i)
    head = name_end(tex, i)
    if whole or head == i:
        return end
    call = _call_end(tex, head)
    if call > head:
        return call if not wrt or not _occurs(wrt, tex[call:end]) else end
    return end if not wrt or _occurs(wrt, tex[head:end]) or _occurs(wrt, tex[i:head]) else head


def _occurs(wrt: tuple[Tex, ...], tex: Tex) -> bool:
    return bool({canonical(bare(one)) for one in wrt} & names_in(tex))


def _term_end(tex: Tex, i: int) -> int:
    begin = i
    while i < len(tex):
        word = tex[i].text
        if word in _CLOSERS or word in RELATIONS or (word in ("+", "-", r"\pm") and i > begin):
            return i
        if i > begin and (word == r"\nabla" or (word in _FRACTIONS and _is_quotient(tex, i))):
            return i
        i = group_end(tex, i)
    return i


def _is_quotient(tex: Tex, i: int) -> bool:
    above, j = argument(tex, i + 1)
    return _differentials(above, argument(tex, j)[0]) is not None


def _skip_spaces(tex: Tex, i: int) -> int:
    while i < len(tex) and (tex[i].text in _SPACES or tex[i].text in _BIG):
        i += 1
    return i


def _outer(tex: Tex) -> list[tuple[int, int]]:
    from .tex import outer

    return list(outer(tex))
