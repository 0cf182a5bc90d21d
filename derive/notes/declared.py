r"""Shapes and properties that a text declares: `x \in \mathbb{R}^n`, "where $A$ is a symmetric $n \times n$ matrix"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .context import Context, Declaration, key_of
from .names import FONTS, canonical, name_of
from .statements import Statement
from .tex import Tex, argument, bare, option, script, split, text_of, tokens

RUNNING = "ijklmnst"  # letters that indices of samples have
_DIMENSION = re.compile(r"[A-Za-z](?:_[A-Za-z0-9]|_\{\w{1,8}\})?|\\[a-z]+|\d{1,3}")
_PROPERTIES = {
    "symmetric": "symmetric", "skew-symmetric": "skew", "antisymmetric": "skew", "diagonal": "diagonal",
    "orthogonal": "orthogonal", "orthonormal": "orthogonal", "invertible": "invertible", "nonsingular": "invertible",
    "non-singular": "invertible", "positive definite": "positive definite", "positive-definite": "positive definite",
    "lower triangular": "lower triangular", "upper triangular": "upper triangular", "spd": "positive definite",
    "positive semidefinite": "symmetric", "positive semi-definite": "symmetric", "unit": "unit norm",
    "one-hot": "one-hot",
    "hermitian": "symmetric", "covariance": "positive definite", "full column rank": "full column rank",
    "full row rank": "full row rank", "对称": "symmetric", "可逆": "invertible", "正定": "positive definite",
}  # fmt: skip
_KINDS = {
    "matrix": "matrix", "matrices": "matrix", "vector": "vector", "vectors": "vector", "scalar": "scalar",
    "scalars": "scalar", "constant": "scalar", "number": "scalar",
    "activation": "activation", "nonlinearity": "activation", "function": "function", "functions": "function",
    "矩阵": "matrix", "向量": "vector", "标量": "scalar",
    "函数": "function",
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------- x \in R^n


def declare_membership(statement: Statement, place: int, context: Context) -> None:
    r"""`A, B \in \mathbb{R}^{m \times n}` and `f : \mathbb{R}^n \to \mathbb{R}`."""
    if statement.relations[:1] == (r"\in",):
        space = _space(statement.sides[1])
        parts = [part for _, part in split(statement.sides[0], lambda tok: tok.text == ",")]
        for part in (*parts, *_members(parts)):
            if space is not None and name_of(part):
                _declare(context, part, place, space)
    elif statement.relations[:1] == (":",) and statement.relations[1:2] and name_of(statement.sides[0]):
        context.declare(key_of(statement.sides[0]), Declaration(canonical(statement.sides[0]), place, kind="function"))


def _members(parts: Sequence[Tex]) -> list[Tex]:
    r"""The general member `x_i` of `x_1, \ldots, x_N`, under any letter that runs."""
    if not any(map(is_dots, parts)):
        return []
    heads = [part[: next(k for k, tok in enumerate(part) if tok.text == "_")] for part in (parts[0], parts[-1])
             if name_of(part) and any(tok.text == "_" for tok in part)]  # fmt: skip
    if len(heads) != 2 or key_of(heads[0]) != key_of(heads[1]):
        return []
    return [(*heads[0], *tokens("_" + letter, heads[0][0].at)) for letter in RUNNING]


def _declare(context: Context, name: Tex, place: int, space: tuple[str, tuple[str, ...]]) -> None:
    shape, properties = space
    kind = "scalar" if shape == "scalar" else "matrix" if " x " in shape else "vector"
    context.declare(key_of(name), Declaration(canonical(name), place, shape, kind, properties))


def _space(tex: Tex) -> tuple[str, tuple[str, ...]] | None:
    r"""The shape and properties of the members of `\mathbb{R}^{m \times n}`, `\mathbb{S}_{++}^n`, `\mathbb{R}`."""
    if not tex or tex[0].text not in FONTS | {r"\R", r"\Re", r"\RR", r"\reals", "R", "S"}:
        return None
    letter, i = argument(tex, 1) if tex[0].text in FONTS else ((tex[0],), 1)
    base = text_of(letter).strip()
    below, above = "", ""
    while i < len(tex) and tex[i].text in ("_", "^"):
        inside, j = script(tex, i + 1)
        if tex[i].text == "_":
            below = text_of(inside)
        else:
            above = text_of(bare(inside))
        i = j
    return _named_space(base, below, above) if i == len(tex) else None


def _named_space(base: str, below: str, above: str) -> tuple[str, tuple[str, ...]] | None:
    sizes = dimensions(above)
    if base in ("S", r"\mathbb S") and len(sizes) == 1:
        return f"{sizes[0]} x {sizes[0]}", ("positive definite",) if "++" in below else ("symmetric",)
    if base not in ("R", r"\R", r"\Re", r"\RR", r"\reals"):
        return None
    properties = ("positive",) if "++" in below or ">" in below else ("nonnegative",) if "+" in below else ()
    if not above.strip("+*"):
        return "scalar", properties or (("positive",) if "+" in above else ())
    return (" x ".join(sizes), properties) if 0 < len(sizes) <= 2 else None


def dimensions(text: str) -> list[str]:
    r"""`m \times n` as ["m", "n"]; nothing when a part is no plain size."""
    parts = [p.strip().strip("{}() ") for p in re.split(r"\\times|×|\\cdot", text.replace(r"\,", " "))]
    parts = [re.sub(r"\\(?:text|mathrm|textrm|mathit)\{([^}]*)\}", r"\1", p) for p in parts]
    return parts if all(_DIMENSION.fullmatch(p) for p in parts) else []


_SET_AS_MATHS = re.compile(r"([A-Z])(?:\\quad|\\ |~|\\,|\s)*i\s?s(?:\\quad|\\ |~|\\,|\s)*symmetric")


def declare_in_maths(statement: Statement, place: int, context: Context) -> None:
    r"""`if \quad A \quad is \quad symmetric`, written in a formula."""
    found = _SET_AS_MATHS.search(statement.text)
    if found:
        context.declare(found[1], Declaration(found[1], place, properties=("symmetric",)))


def declare_explicit(statement: Statement, place: int, context: Context) -> bool:
    r"""`x = (x_1, \ldots, x_n)^\top` and `X = \begin{bmatrix} x_{11} & ... \end{bmatrix}`: a shape, not a value."""
    if len(statement.sides) < 2 or not (name := name_of(statement.sides[0])):
        return False
    rows = matrix_rows(statement.sides[1])
    entries = [entry for row in rows for entry in row]
    letters = {_letter(entry) for entry in entries if not is_dots(entry)}
    if not entries or len(letters) != 1 or letters != {_letter(statement.sides[0]).lower()}:
        return False
    dots = any(map(is_dots, entries))
    column = all(len(row) == 1 for row in rows)
    if dots or 1 in (len(rows), len(rows[0])):
        kind = "vector" if column or not _is_matrix(rows) else "matrix"
        from_zero = canonical(entries[0]).endswith("_0") and bool(_last_index(entries[-1]))
        sizes = _last_index(entries[-1]) + "+1" * from_zero if dots else _written_size(rows, column)
        kind = "row" if len(rows) == 1 and not column and not dots else kind
    else:
        kind, sizes = "matrix", f"{len(rows)} x {len(rows[0])}"
    context.declare(key_of(statement.sides[0]), Declaration(name, place, sizes, kind))
    return True


def _written_size(rows: Sequence[Sequence[Tex]], column: bool) -> str:
    return f"{len(rows)}" if column else f"1 x {len(rows[0])}"


def _last_index(entry: Tex) -> str:
    r"""The size n of `x_1, \ldots, x_n`."""
    found = re.search(r"_\{?([A-Za-z])\}?$|\^\{\(([A-Za-z])\)\}$", canonical(entry))
    return (found[1] or found[2]) if found else ""


def _is_matrix(rows: Sequence[Sequence[Tex]]) -> bool:
    return len(rows) > 1 and len(rows[0]) > 1


def _letter(tex: Tex) -> str:
    name = canonical(tex)
    return re.split(r"[_^]", name)[0].strip("{}").lower() if name else ""


def is_dots(tex: Tex) -> bool:
    return len(tex) == 1 and tex[0].text in (r"\cdots", r"\ldots", r"\vdots", r"\ddots", r"\dots")


def matrix_rows(tex: Tex) -> list[list[Tex]]:
    r"""The entries of an explicit matrix, or of a list `[a, b]` or `(a, b)` (a trailing transpose makes a column)."""
    if tex and tex[0].text == r"\begin":
        name, i = argument(tex, 1)
        if "matrix" not in text_of(name) and text_of(name) != "array":
            return []
        i = option(tex, i)[1]
        i = argument(tex, i)[1] if text_of(name) == "array" else i
        end = next((k for k in range(len(tex) - 1, 0, -1) if tex[k].text == r"\end"), len(tex))
        return _rows_of(tex[i:end]) if end + 4 >= len(tex) - len("matrix*") else []
    return _list(tex)


def _rows_of(body: Tex) -> list[list[Tex]]:
    rows = []
    for _, row in split(body, lambda tok: tok.text == r"\\"):
        row = row[option(row, 0)[1] :] if row and row[0].text == "[" and not row[0].spaced else row
        if row:
            rows.append([cell for _, cell in split(row, lambda tok: tok.text == "&")])
    return rows


def _list(tex: Tex) -> list[list[Tex]]:
    transposed = False
    for k, tok in enumerate(tex):
        if tok.text == "^" and k and tex[k - 1].text in (")", "]"):
            transposed = True
            tex = tex[:k]
            break
    inside = bare(tex)
    entries = [part for _, part in split(inside, lambda tok: tok.text == ",")]
    if len(inside) == len(tex) or len(entries) < 2:
        return []
    return [[entry] for entry in entries] if transposed else [entries]


# ----------------------------------------------------------------------------------------------------------- prose


def declare_prose(prose: str, maths: Sequence[Tex], place: int, context: Context) -> None:
    """Declarations in words; the k-th formula of the prose stands in it as <k>."""
    for words, subjects, sizes in _phrases(prose, maths):
        shape = " x ".join(sizes)
        properties = tuple(dict.fromkeys(p for w, p in _PROPERTIES.items() if _has(w, words)))
        kind = next((k for w, k in _KINDS.items() if _has(w, words)), "")
        if "square" in words and not kind:
            kind = "matrix"
        if kind == "vector" and len(sizes) == 1 and _has("row", words):
            shape = f"1 x {sizes[0]}"
        if len(sizes) == 2 and kind in ("", "vector"):
            kind = "matrix"
        for subject in subjects:
            if kind or shape or properties:
                context.declare(key_of(subject), Declaration(canonical(subject), place, shape, kind, properties))


def _has(word: str, words: str) -> bool:
    return word in words if not word.isascii() else bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", words))


_WORD = r"(?:[A-Za-z-]+ )"
_NOUN = r"(?:matrix|matrices|vectors?|scalars?|constants?|functions?|activation function|nonlinearity)"
_M = r"<\d+>"
_NAMES = rf"{_M}(?:(?:,? and |, | or ){_M})*"
_SHAPE_WORDS = r"(?:shape|size|dimensions?|dimensionality|order|length)"
_LATE = rf"{_SHAPE_WORDS} (?P<late>{_M})"
_DIM = r"(?:[- ]dimensional)"
_VERB = r"(?:is|be|are|denotes?|to be)(?: assumed to be)? (?:(?:an?|the|some|any|also|both|fixed) )*"
_NOUNS = rf"(?P<noun>{_WORD}{{0,4}}?{_NOUN})"
_ADJECTIVE = "|".join(sorted(map(re.escape, (*filter(str.isascii, _PROPERTIES), "square")), key=len, reverse=True))
_PATTERNS = [re.compile(p) for p in (
    # X is a symmetric m x n matrix; V is an r x m
    rf"(?P<names>{_NAMES}),? {_VERB}(?P<words>{_WORD}{{0,3}}?)(?P<sizes>{_M}){_DIM}?(?: {_NOUNS})?",
    # let X be a symmetric matrix of size n x n; X and Y are vectors
    rf"(?P<names>{_NAMES}),? {_VERB}{_NOUNS}(?: (?:of|with) {_LATE})?",
    # where A is ... and b a vector
    rf"(?P<names>{_NAMES}),? an? {_NOUNS}(?: (?:of|with) {_LATE})?",
    # A and B are square and invertible
    rf"(?P<names>{_NAMES}),? {_VERB}(?P<words>(?:{_ADJECTIVE})(?:(?:,| and|, and)? (?:{_ADJECTIVE}))*)",
    # with A positive definite
    rf"(?:with|where|for|and) (?P<names>{_M}) (?P<words>(?:{_ADJECTIVE})(?:(?:,| and|, and)? (?:{_ADJECTIVE}))*)(?! <)",
    # with symmetric A
    rf"(?P<words>(?:{_ADJECTIVE})(?:(?:,| and|, and)? (?:{_ADJECTIVE}))*) (?P<names>{_NAMES})",
    # X will be of shape 2 x 3
    rf"(?P<names>{_NAMES}),? (?:(?:is|be|are|has|have|will be|with)(?: of)?|of) {_LATE}",
    # a symmetric matrix A of shape n x n; some fixed column vector b; an n x n matrix A; the activation function phi
    rf"(?:(?P<sizes>{_M}){_DIM}? )?{_NOUNS} (?P<names>{_NAMES})(?: (?:of|with|has) {_LATE})?",
)]  # fmt: skip
_CHINESE = re.compile(rf"(?P<words>[一-鿿]{{0,8}})(?P<noun>矩阵|向量|标量|函数) ?(?P<names>{_M})")


def _phrases(prose: str, maths: Sequence[Tex]) -> Iterator[tuple[str, list[Tex], list[str]]]:
    text = re.sub(r"\s+", " ", prose)
    for sentence in re.split(r"(?<=[.;。；])\s|(?<=[。；])", text):
        for pattern in (*_PATTERNS, _CHINESE):
            for match in pattern.finditer(sentence):
                yield from _phrase(match, maths)


def _phrase(match: re.Match[str], maths: Sequence[Tex]) -> Iterator[tuple[str, list[Tex], list[str]]]:
    found = match.groupdict()
    subjects = [maths[int(k)] for k in re.findall(r"<(\d+)>", found["names"])]
    words = " ".join(filter(None, (found.get("words"), found.get("noun")))).lower()
    if "function" in words or "函数" in words:  # in "the function u = f(x)" u is a value
        subjects = [s for s in subjects if not any(tok.text == "=" for tok in s)]
    subjects = [_called(s) for s in subjects]
    named = [s for s in subjects if s and name_of(s)]
    sizes: list[str] = []
    for slot in ("late", "sizes"):
        marks = re.findall(r"<(\d+)>", found.get(slot) or "")
        if marks and not sizes:
            sizes = dimensions(text_of(bare(maths[int(marks[0])])))
    if found.get("sizes") and not sizes:
        return
    if named and (sizes or words.strip()):
        yield words, named, sizes


def _called(tex: Tex) -> Tex:
    r"""The name of `g(x)`, of `A \in R`, or of a name."""
    cut = next((k for k, tok in enumerate(tex) if tok.text in ("(", "\\in", "=")), len(tex))
    return tex[:cut] if name_of(tex[:cut]) and cut else tex
