r"""Ways of writing that no formula reader should have to know: `x_1^2 + \cdots + x_n^2`, `\boldsymbol{Dc}`,
`\mathtt{np.sum(}X\mathtt{, axis=1)}`. Each is rewritten into the ordinary one, token by token, and keeps its place."""

from __future__ import annotations

import re

from .declared import is_dots, matrix_rows
from .names import ACCENTS, FONTS, name_end
from .tex import Tex, Tok, argument, bare, group_end, option, outer, script, split, text_of, tokens

_BOLD = frozenset([r"\mathbf", r"\boldsymbol", r"\bm", r"\pmb", r"\symbf", r"\bold"])
_DOTS = frozenset([r"\cdots", r"\ldots", r"\dots", r"\dotsb"])
_INDICES = "ijklpqrst"


def normalized(tex: Tex) -> Tex:
    """All rewritings, in an order in which each leaves the next its work."""
    for rewrite in (accents_braced, plain_matrices, numpy_calls, dots_multiplied, one_letter_fonts, sized_ones,
                    paired_products, dots_summed, lists_named, sums_bracketed):  # fmt: skip
        tex = rewrite(tex)
    return tex


def accents_braced(tex: Tex) -> Tex:
    r"""`\hat\mathbf{y}` as `\hat{\mathbf{y}}`."""
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text in ACCENTS and i + 1 < len(tex) and tex[i + 1].text in FONTS:
            end = argument(tex, i + 2)[1]
            out += [tex[i], Tok("{", tex[i].at), *tex[i + 1 : end], Tok("}", tex[i].at)]
            i = end
        else:
            out.append(tex[i])
            i += 1
    return tuple(out)


# ------------------------------------------------------------------------------------------ a.b, bmatrix*


def dots_multiplied(tex: Tex) -> Tex:
    r"""`x_{1,1}.y_{1,1}` as `x_{1,1} \cdot y_{1,1}`: a full stop between two factors."""
    return tuple(
        Tok(r"\cdot", tok.at, True) if tok.text == "." and _joins(tex, k) else tok for k, tok in enumerate(tex)
    )


def _joins(tex: Tex, k: int) -> bool:
    if not 0 < k < len(tex) - 1 or tex[k + 1].spaced or tex[k].spaced:
        return False
    before, after = tex[k - 1].text, tex[k + 1].text
    return (before in "})]" or before.isalpha()) and (
        after.isalpha() or after in (r"\frac", r"\mathbf", r"\dfrac", r"\bm")
    )


def plain_matrices(tex: Tex) -> Tex:
    r"""`\begin{bmatrix*}[c]` as `\begin{bmatrix}`: how columns are aligned, and a last empty row, say nothing."""
    if not any(tok.text == r"\begin" for tok in tex):
        return tex
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text == r"\end" and out and out[-1].text == r"\\" and "matrix" in text_of(argument(tex, i + 1)[0]):
            out.pop()
        name, end = argument(tex, i + 1) if tex[i].text in (r"\begin", r"\end") else ((), i)
        if name and text_of(name).endswith("matrix*"):
            out += [tok for tok in tex[i:end] if tok.text != "*"]
            i = option(tex, end)[1] if tex[i].text == r"\begin" else end
        else:
            out.append(tex[i])
            i += 1
    return tuple(out)


# ------------------------------------------------------------------------------------------ \boldsymbol{Dc}


def one_letter_fonts(tex: Tex) -> Tex:
    r"""`\mathbf{AX}` as `\mathbf{A}\mathbf{X}`, `\mathbf{x^\text{T}y}` as `\mathbf{x}^\text{T}\mathbf{y}`."""
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text in _BOLD:
            inside, end = argument(tex, i + 1)
            out += _each_bold(tex[i], inside) if _is_product(inside) else tex[i:end]
            i = end
        else:
            out.append(tex[i])
            i += 1
    return tuple(out)


def _is_product(inside: Tex) -> bool:
    """Several letters, which are variables: a word in bold, as ReLU or tr, has more than three small ones in a row."""
    letters = re.sub(r"\\[A-Za-z]+|[^A-Za-z]", lambda m: "." if m[0].startswith("\\") else "", text_of(inside))
    word = re.search(r"[a-z]{3}|[A-Z][a-z][A-Z]|^[A-Z][a-z]{2,}$", letters)
    return len(letters) > 1 and name_end(inside, 0) < len(inside) and not word


def _each_bold(font: Tok, inside: Tex) -> list[Tok]:
    out: list[Tok] = []
    i = 0
    while i < len(inside):
        word = inside[i].text
        if word in ("_", "^"):
            end = script(inside, i + 1)[1]
            out += inside[i:end]
        elif (len(word) == 1 and word.isalpha()) or (word.startswith("\\") and word[1:].isalpha() and name_end(
            inside[i : i + 1], 0)):  # fmt: skip
            end = i + 1
            out += [Tok(font.text, inside[i].at, True), Tok("{", inside[i].at), inside[i],
                    Tok("}", inside[i].at)]  # fmt: skip
        else:
            end = i + 1 if word not in FONTS else argument(inside, i + 1)[1]
            out += inside[i:end]
        i = end
    return out


# ------------------------------------------------------------------------------------------ np.sum(X, axis=1)


def numpy_calls(tex: Tex) -> Tex:
    r"""`\mathtt{np.sum(} X \mathtt{, axis=1)}` as `X\mathbf{1}`; axis 0 as `\mathbf{1}^\top X`; no axis as both."""
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        call = _numpy_sum(tex, i)
        if call is None:
            out.append(tex[i])
            i += 1
        else:
            body, i = call
            out += body
    return tuple(out)


def _numpy_sum(tex: Tex, i: int) -> tuple[Tex, int] | None:
    if _typewriter(tex, i) != "np.sum(":
        return None
    begin = argument(tex, i + 1)[1]
    for k in range(begin, len(tex)):
        closing = re.fullmatch(r"(?:,axis=(-?\d))?\)", _typewriter(tex, k))
        if closing:
            inside = (Tok("{", tex[i].at, True), *numpy_calls(tex[begin:k]), Tok("}", tex[k].at))
            return _summed(inside, closing[1]), argument(tex, k + 1)[1]
    return None


def _typewriter(tex: Tex, i: int) -> str:
    if tex[i].text not in (r"\mathtt", r"\texttt"):
        return ""
    return text_of(argument(tex, i + 1)[0]).replace(" ", "")


def _summed(inside: Tex, axis: str | None) -> Tex:
    ones, row = tokens(r"\mathbf{1}", inside[0].at), tokens(r"\mathbf{1}^\top ", inside[0].at)
    if axis in ("1", "-1"):
        return (*inside, *ones)
    return (*row, *inside) if axis == "0" else (*row, *inside, *ones)


# ------------------------------------------------------------------------------------------ \mathbf{1}_{m,1}


def sized_ones(tex: Tex) -> Tex:
    r"""`\mathbf{1}_{\text{rows}(X),1}` as `\mathbf{1}`, `\mathbf{1}_{1,n}` as `\mathbf{1}_n^\top`."""
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text in _BOLD and text_of(argument(tex, i + 1)[0]).strip() == "1":
            end = argument(tex, i + 1)[1]
            sizes, after = _subscript(tex, end)
            out += tex[i:end]
            if len(sizes) == 2 and "1" in sizes:
                row = sizes[0] == "1" and sizes[1] != "1"
                size = sizes[1] if row else sizes[0]
                out += tokens(f"_{{{size}}}", tex[i].at) if re.fullmatch(r"[A-Za-z]|\d+", size) else ()
                out += tokens(r"^\top ", tex[i].at) if row else ()
                end = after
            i = end
        else:
            out.append(tex[i])
            i += 1
    return tuple(out)


def _subscript(tex: Tex, i: int) -> tuple[list[str], int]:
    if i < len(tex) and tex[i].text == "_":
        inside, end = argument(tex, i + 1)
        parts = [text_of(part).strip() for _, part in split(inside, lambda tok: tok.text == ",")]
        return [re.sub(r"\\(?:text|mathrm|textrm)\{([^}]*)\}", r"\1", part) for part in parts], end
    return [], i


# --------------------------------------------------------------------------------- \langle (a, b), (c, d) \rangle


def paired_products(tex: Tex) -> Tex:
    r"""`\langle (a, b), (c, d) \rangle` as `(\langle a, c \rangle + \langle b, d \rangle)`: a product of spaces."""
    if not any(tok.text == r"\langle" for tok in tex):
        return tex
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        pair = _pairs(tex, i) if tex[i].text == r"\langle" else None
        if pair is None:
            out.append(tex[i])
            i += 1
        else:
            body, i = pair
            out += body
    return tuple(out)


def _pairs(tex: Tex, i: int) -> tuple[Tex, int] | None:
    end = group_end(tex, i)
    inside = tuple(tok for tok in tex[i + 1 : end - 1] if tok.text not in (r"\left", r"\right"))
    halves = [part for _, part in split(inside, lambda tok: tok.text == ",")]
    if len(halves) != 2:
        return None
    left, right = ([part for _, part in split(bare(half), lambda tok: tok.text == ",")] for half in halves)
    if len(left) < 2 or len(left) != len(right):
        return None
    at = tex[i].at
    body: list[Tok] = []
    for a, b in zip(left, right, strict=True):
        body += [Tok("+", at)] * bool(body)
        body += [Tok(r"\langle", at), *a, Tok(",", at), *b, Tok(r"\rangle", at)]
    if end < len(tex) and tex[end].text == "_":
        end = script(tex, end + 1)[1]
    return (Tok("(", at), *body, Tok(")", at)), end


# ------------------------------------------------------------------------------------------ x_1 + \cdots + x_n


def dots_summed(tex: Tex) -> Tex:
    r"""`x_1^2 + x_2^2 + \cdots + x_n^2` as `\sum_{i=1}^{n} x_i^2`, at every depth, where the terms have a pattern."""
    if not any(tok.text in _DOTS for tok in tex):
        return tex
    inner: list[Tok] = []
    for i, j in outer(tex):
        cut = _opening(tex, i)
        inner += tex[i:j] if j - i < 3 else (*tex[i : i + cut], *dots_summed(tex[i + cut : j - cut]), *tex[j - cut : j])
    return _summed_here(tuple(inner))


def _opening(tex: Tex, i: int) -> int:
    return 2 if tex[i].text == r"\left" else 1 if group_end(tex, i) > i + 1 else 0


def _summed_here(tex: Tex) -> Tex:
    parts = split(tex, lambda tok: tok.text in "+-")
    dots = next((k for k, (_, part) in enumerate(parts) if len(part) == 1 and part[0].text in _DOTS), 0)
    if not 0 < dots < len(parts) - 1 or parts[dots][0] is None or any(
        mark.text == "-" for mark, _ in parts[1 : dots + 2] if mark):  # fmt: skip
        return tex
    before, after = [_term(part) for _, part in parts[:dots]], parts[dots + 1][1]
    for first in range(dots):
        body = _pattern(before[first:], _term(after))
        if body is not None:
            head = [t for mark, part in parts[:first] for t in ((mark,) if mark else ()) + part]
            mark = parts[first][0]
            tail = [t for m, part in parts[dots + 2 :] for t in ((m,) if m else ()) + part]
            return (*head, *((mark,) if mark else ()), *body, *tail)
    return tex


def _term(tex: Tex) -> Tex:
    """Without braces around a single token, so that x_1 and x_{1} are alike."""
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        if tex[i].text == "{" and i + 2 < len(tex) and tex[i + 2].text == "}":
            out.append(tex[i + 1])
            i += 3
        else:
            out.append(tex[i])
            i += 1
    return tuple(out)


def _pattern(before: list[Tex], last: Tex) -> Tex | None:
    """The sum whose first terms are `before` and whose last is `last`, when they differ in one index alone."""
    first = before[0]
    if any(len(term) != len(first) for term in (*before, last)) or not first:
        return None
    places = [k for k in range(len(first)) if first[k].text != last[k].text]
    if not places or {first[k].text for k in places} != {"1"} or len({last[k].text for k in places}) != 1:
        return None
    for number, term in enumerate(before[1:], 2):
        if [k for k in range(len(first)) if first[k].text != term[k].text] != places:
            return None
        if {term[k].text for k in places} != {str(number)}:
            return None
    index = next(letter for letter in _INDICES if all(tok.text != letter for tok in (*first, *last)))
    body = [Tok(index, tok.at, tok.spaced) if k in places else tok for k, tok in enumerate(first)]
    end = last[places[0]].text
    return (*tokens(rf"\sum_{{{index}=1}}^{{{end}}} ", first[0].at), *body)


# ------------------------------------------------------------------------------------------ (x_1, ..., x_n)


def lists_named(tex: Tex) -> Tex:
    r"""`(2x_1, 2x_2, \ldots, 2x_n)` is the vector `2\mathbf{x}`, a column of `\beta_1`, `\vdots`, `\beta_n` is \beta.

    An equation `x = (x_1, \ldots, x_n)`, which tells the size of x, stays as it is.
    """
    if not any(tok.text in _DOTS | {r"\vdots"} for tok in tex):
        return tex
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        end = group_end(tex, i)
        vector = _vector(tex, i, end)
        out += tex[i : i + 1] if vector is None else vector
        i = i + 1 if vector is None else end
    return tuple(out)


def _vector(tex: Tex, i: int, end: int) -> Tex | None:
    if tex[i].text not in ("(", "[", r"\left", r"\begin") or (i and _is_call(tex[i - 1])):
        return None
    rows = matrix_rows(tex[i:end])
    entries = [_term(entry) for row in rows for entry in row]
    dots = next((k for k, entry in enumerate(entries) if is_dots(entry)), 0)
    if not 0 < dots == len(entries) - 2 or (len(rows) > 1 and len(rows[0]) > 1):
        return None
    body = _common(entries[:dots], entries[-1])
    if body is None or (len(body) == 4 and _is_definition(tex, i, body)):
        return None
    row = tex[i].text == r"\begin" and len(rows) == 1
    return (Tok("{", tex[i].at, True), *body, *(tokens(r"^\top ", tex[i].at) if row else ()), Tok("}", tex[i].at))


def _is_call(before: Tok) -> bool:
    return before.text.isalpha() or before.text == "}"


def _is_definition(tex: Tex, i: int, body: Tex) -> bool:
    """`x = (x_1, ...)` with nothing but the name on the left."""
    return i in (2, 5) and tex[i - 1].text == "=" and body[2].text in {tok.text for tok in tex[: i - 1]}


def _common(before: list[Tex], last: Tex) -> Tex | None:
    r"""`2x_1`, `2x_2` and `2x_n` as `2\mathbf{x}`: one indexed name and constants."""
    first = before[0]
    places = [k for k in range(1, len(first)) if first[k].text == "1" and first[k - 1].text == "_"]
    if len(places) != 1 or len(last) != len(first) or last[places[0]].text in ("1", first[places[0]].text):
        return None
    k = places[0]
    for number, term in enumerate([*before, last], 1):
        wanted = {str(number)} if number <= len(before) else {last[k].text}
        if len(term) != len(first) or term[k].text not in wanted:
            return None
        if any(term[j].text != first[j].text for j in range(len(first)) if j != k):
            return None
    letter, rest = first[k - 2], first[: k - 2]
    if k + 1 < len(first) or any(tok.text.isalpha() or tok.text in "+^" for tok in rest) or k < 2:
        return None
    start = k - 3 if k >= 3 and first[k - 3].text in _BOLD else k - 2
    bold = (Tok(r"\boldsymbol", letter.at, True), Tok("{", letter.at), letter, Tok("}", letter.at))
    return (*first[:start], *bold)


# ------------------------------------------------------------------------------------------ sums over several terms


def sums_bracketed(tex: Tex) -> Tex:
    r"""`\sum_i y_i \log p_i + (1 - y_i) \log(1 - p_i)`: a term with the index of the sum before it is in the sum."""
    if not any(tok.text == r"\sum" for tok in tex):
        return tex
    k, out = 0, list(tex)
    while k < len(out):
        if out[k].text == r"\sum":
            index, begin = _sum_index(tuple(out), k)
            end = _sum_reach(tuple(out), begin, index) if index else begin
            if end > begin:
                at = out[begin].at
                opened = [Tok(r"\left", at, True), Tok("(", at)]
                closed = [Tok(r"\right", at), Tok(")", at)]
                out[begin:end] = [*opened, *out[begin:end], *closed]
        k += 1
    return tuple(out)


def _sum_index(tex: Tex, k: int) -> tuple[str, int]:
    """The letter that a sum runs over, and where its terms begin."""
    if k + 1 >= len(tex) or tex[k + 1].text != "_":
        return "", k + 1
    below, i = script(tex, k + 2)
    if i < len(tex) and tex[i].text == "^":
        i = script(tex, i + 1)[1]
    index = below[0].text if below and (len(below) == 1 or below[1].text == "=") else ""
    return (index if len(index) == 1 and index.isalpha() else ""), i


def _sum_reach(tex: Tex, begin: int, index: str) -> int:
    """Where the last term with that index ends, if it is not the first one; else `begin`."""
    reach = term = begin
    first, i = True, begin
    while i < len(tex):
        word = tex[i].text
        if word in (")", "]", "}", r"\right", "&", r"\\", ",", ";", "=", r"\sum", r"\}") and not (
            word == r"\sum" and first
        ):
            break
        if word in ("+", "-") and i > begin:
            if not first and _has_index(tex[term:i], index):
                reach = i
            first, term = False, i
            i += 1
            continue
        i = script(tex, i + 1)[1] if word in ("_", "^") else group_end(tex, i)
    if not first and _has_index(tex[term:i], index):
        reach = i
    return reach


def _has_index(tex: Tex, index: str) -> bool:
    return any(tok.text in ("_", "^") and index in [t.text for t in script(tex, k + 1)[0]]
               for k, tok in enumerate(tex[:-1]))  # fmt: skip
