r"""A piece of mathematics cut into statements: chains of sides with relations between them, `a = b = c`.

Rows and columns of `align` and its like, continuation rows (`&= ...`, `& + ...`), remarks in the last column, and
several statements in one line (`a = b \quad \text{and} \quad c = d`) are undone here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ..errors import BadInput
from .tex import Tex, Tok, argument, group_end, option, outer, split, text_of

MAX_FORMULA = 12_000
_MAX_UNBALANCED = 100

ROWS = frozenset(name + star for star in ("", "*") for name in (
    "equation align flalign alignat gather multline eqnarray displaymath math dmath dgroup IEEEeqnarray xalignat "
    "aligned alignedat split gathered multlined subarray").split())  # fmt: skip
_CASES = frozenset(["cases", "dcases", "cases*", "dcases*", "rcases", "array"])
_COLUMNS = frozenset(["alignat", "alignat*", "alignedat", "IEEEeqnarray", "IEEEeqnarray*", "xalignat", "array"])

EQUALS = frozenset(["=", ":=", r"\equiv", r"\triangleq", r"\coloneqq", r"\overset{def}{=}", r"\doteq"])
_OTHER = frozenset(r"< > \le \leq \ge \geq \ne \neq \approx \simeq \sim \cong \propto \in \notin \subset \subseteq \to "
                   r"\rightarrow \mapsto \leftarrow \gets \ll \gg \succ \succeq \prec \preceq \longrightarrow "
                   r"\longmapsto \perp \mid :".split())  # fmt: skip
RELATIONS = EQUALS | _OTHER
_STOPS = frozenset([",", ";", r"\quad", r"\qquad", r"\Rightarrow", r"\implies", r"\iff", r"\Leftrightarrow",
                    r"\Longrightarrow", r"\therefore", r"\Longleftrightarrow", r"\wedge", r"\land", r"\hfill",
                    r"\Leftarrow", r"\because", r"\vee", r"\leadsto", r"\newline"])  # fmt: skip
_WORDS = frozenset([r"\text", r"\textrm", r"\mbox", r"\textnormal", r"\textit", r"\textbf", r"\hbox", r"\intertext"])
_OPERATIONS = frozenset(
    ["+", "-", r"\times", r"\cdot", r"\pm", r"\odot", r"\circ", r"\otimes", "/", r"\ast", "*", r"\mp"]
)
_SPACES = frozenset([r"\,", r"\:", r"\;", r"\ ", "~", r"\>", r"\quad", r"\qquad", r"\left.", "&"])


@dataclass(frozen=True)
class Statement:
    """`sides[0] relations[0] sides[1] relations[1] ...`; one side and no relation for a mere expression."""

    sides: tuple[Tex, ...]
    relations: tuple[str, ...]

    @property
    def text(self) -> str:
        parts = [text_of(self.sides[0])]
        for relation, side in zip(self.relations, self.sides[1:], strict=True):
            parts += [relation, text_of(side)]
        return " ".join(parts).strip()


def statements(tex: Tex) -> list[Statement]:
    """All statements of a formula, in order. Raises `BadInput` for one too long to be read."""
    if len(tex) > MAX_FORMULA or _unbalanced(tex) > _MAX_UNBALANCED:
        raise BadInput("the formula is too long, or its brackets do not match")
    found: list[Statement] = []
    for row in _rows(_spliced(tex)):
        for part in _parts(row):
            _add(part, found)
    return [statement for statement in map(_tidy, found) if any(statement.sides)]


def _unbalanced(tex: Tex) -> int:
    words = [tok.text for tok in tex]
    return sum(abs(words.count(a) - words.count(b)) for a, b in
               (("{", "}"), ("(", ")"), ("[", "]"), (r"\left", r"\right"), (r"\begin", r"\end")))  # fmt: skip


def _spliced(tex: Tex) -> Tex:
    r"""Environments of rows opened, so that their `\\` and `&` stand at the top level."""
    out: list[Tok] = []
    i = 0
    while i < len(tex):
        j = group_end(tex, i)
        body = _body(tex[i:j], first=not out)
        if body is None:
            out += tex[i:j]
        else:
            out += [*_spliced(body)]
        i = j
    return tuple(out)


def _body(group: Tex, first: bool) -> Tex | None:
    r"""What stands inside an environment of rows; a `cases` counts as one only where it is the whole formula."""
    if group and group[0].text == r"\left" and first and len(group) > 4:
        inner = group[2:-2]
        return inner if inner[0].text == r"\begin" and group_end(inner, 0) == len(inner) else None
    if not group or group[0].text != r"\begin":
        return None
    name, i = argument(group, 1)
    word = text_of(name)
    if word not in ROWS and not (word in _CASES and first):
        return None
    i = option(group, i)[1]
    if word in _COLUMNS:
        i = argument(group, i)[1]
    return _until_end(group[i:])


def _until_end(tex: Tex) -> Tex:
    i = 0
    while i < len(tex) and tex[i].text != r"\end":
        i = group_end(tex, i)
    return tex[:i]


def _rows(tex: Tex) -> list[Tex]:
    rows = []
    for mark, row in split(tex, lambda tok: tok.text in (r"\\", r"\cr", r"\tabularnewline")):
        if mark is not None and row and row[0].text == "[" and not row[0].spaced:
            row = row[option(row, 0)[1] :]
        cells = [cell for _, cell in split(row, lambda tok: tok.text == "&")]
        rows.append(_joined(cells))
    return rows


def _joined(cells: list[Tex]) -> Tex:
    """One row of cells as one line: remarks dropped, `&` kept as a space in front of what it aligns."""
    line: list[Tok] = []
    for number, cell in enumerate(cells):
        if number and _is_remark(cell):
            continue
        if number and cell:
            # An even cell begins a new column of equations when the one before it was complete.
            line.append(Tok("&" if number % 2 or not line else ",", cell[0].at))
        line += cell
    return tuple(line)


def _is_remark(cell: Tex) -> bool:
    kept = [tok for tok in cell if tok.text not in _SPACES]
    return bool(kept) and (kept[0].text in _WORDS or (kept[0].text in "({" and kept[1:] and kept[1].text in _WORDS)
                           or (kept[0].text in (r"\begin", "{") and any(tok.text in _WORDS for tok in kept)
                               and not any(tok.text in RELATIONS for _, tok in _tops(cell))))  # fmt: skip


def _tops(tex: Tex) -> list[tuple[int, Tok]]:
    return [(i, tex[i]) for i, j in outer(tex) if j == i + 1]


# ------------------------------------------------------------------------------------------ statements within a row


def _parts(row: Tex) -> list[Tex]:
    """The row cut at commas, wide spaces, arrows and words; what has no relation stays with its neighbour."""
    parts: list[tuple[str, Tex]] = [("", ())]
    i = 0
    while i < len(row):
        word, j = row[i].text, group_end(row, i)
        if word in _WORDS and _is_prose(row, i):
            i = argument(row, i + 1)[1]
            parts.append((r"\text", ()))
        elif word in _STOPS:
            parts.append((word, ()))
            i = j
        else:
            mark, part = parts[-1]
            parts[-1] = (mark, part + row[i:j])
            i = j
    return _merged(parts)


def _is_prose(row: Tex, i: int) -> bool:
    r"""`\text{ and }`, but not the transpose in `x^\text{T}` nor the name in `\text{tr}(A)`."""
    before = row[i - 1].text if i else ""
    inside, end = argument(row, i + 1)
    after = row[end].text if end < len(row) else ""
    if before in ("^", "_") or after in ("(", r"\left", "{", "[", "^", "_") or not _content(inside):
        return False
    return len(inside) > 4 or text_of(inside).strip() in _CONNECTIVES


_CONNECTIVES = frozenset("and or so for if et und as 且 和 与 with then is are".split())


def _merged(parts: list[tuple[str, Tex]]) -> list[Tex]:
    merged: list[Tex] = []
    pending: Tex = ()  # `x, y` before `\in`
    for k, (mark, part) in enumerate(parts):
        part = pending + part
        pending = ()
        if not _content(part):
            continue
        if _related(part) or not merged or mark == r"\text":
            follows = parts[k + 1][0] if k + 1 < len(parts) else ""
            if not _related(part) and follows == ",":
                pending = (*part, Tok(",", part[-1].at))
                continue
            merged.append(part)
        elif mark == ",":
            nxt = parts[k + 1] if k + 1 < len(parts) else ("", ())
            if nxt[0] == "," and _names_only(part) and _is_membership(nxt[1]):
                pending = (*part, Tok(",", part[-1].at))
            elif _is_list(merged[-1]):
                merged[-1] = (*merged[-1], Tok(",", part[0].at), *part)
        elif _first(part) in _OPERATIONS:
            merged[-1] = merged[-1] + part
    if pending:
        merged.append(pending[:-1])
    return merged


def _content(part: Tex) -> Tex:
    return tuple(tok for tok in part if tok.text not in _SPACES and tok.text not in (".", ","))


def _first(part: Tex) -> str:
    kept = [tok.text for tok in part if tok.text not in _SPACES]
    return kept[0] if kept else ""


def _related(part: Tex) -> bool:
    return any(tok.text in RELATIONS for _, tok in _tops(part))


def _is_membership(part: Tex) -> bool:
    return any(tok.text in (r"\in", ":") for _, tok in _tops(part))


def _is_list(part: Tex) -> bool:
    return _is_membership(part) and not any(tok.text in EQUALS for _, tok in _tops(part))


def _names_only(part: Tex) -> bool:
    return len(_content(part)) <= 12 and not any(tok.text in _OPERATIONS for _, tok in _tops(part))


# ----------------------------------------------------------------------------------------------- chains across rows


def _add(part: Tex, found: list[Statement]) -> None:
    """A part that begins with a relation, or with a plus and has none, goes on with the statement before it."""
    sides, relations = _chain(part)
    first, last = _content(sides[0]), found[-1] if found else None
    if last is not None and not first and relations:
        found[-1] = Statement(last.sides + tuple(sides[1:]), last.relations + tuple(relations))
    elif last is not None and (_goes_on(part, sides, relations) or _is_unfinished(last.sides[-1])):
        joined = Statement((*last.sides[:-1], last.sides[-1] + sides[0], *sides[1:]), (*last.relations, *relations))
        found[-1] = joined
    else:
        found.append(Statement(tuple(sides), tuple(relations)))


def _goes_on(part: Tex, sides: list[Tex], relations: list[str]) -> bool:
    aligned = bool(part) and part[0].text == "&"
    return _first(part) in _OPERATIONS and (not relations or aligned)


def _is_unfinished(side: Tex) -> bool:
    kept = [tok.text for tok in side if tok.text not in _SPACES]
    return bool(kept) and (kept[-1] in _OPERATIONS or _open_left(kept))


def _open_left(words: list[str]) -> bool:
    r"""`\left( ... \right.`: the closing bracket stands in a row to come."""
    pairs = list(pairwise(words))
    return (r"\right", ".") in pairs and (r"\left", ".") not in pairs


def _chain(part: Tex) -> tuple[list[Tex], list[str]]:
    cut = split(_with_defines(part), lambda tok: tok.text in RELATIONS)
    return [side for _, side in cut], [mark.text for mark, _ in cut if mark is not None]


def _with_defines(part: Tex) -> Tex:
    """`:` and `=` side by side as one `:=`."""
    out: list[Tok] = []
    for tok in part:
        if tok.text == "=" and out and out[-1].text in (":", r"\colon"):
            out[-1] = Tok(":=", out[-1].at, out[-1].spaced)
        else:
            out.append(tok)
    return tuple(out)


def _tidy(statement: Statement) -> Statement:
    return Statement(tuple(map(_tidy_side, statement.sides)), statement.relations)


def _tidy_side(side: Tex) -> Tex:
    r"""Without `&`, the full stop at the end, and the `\left.` and `\right.` that only balance a row."""
    kept = [tok for i, j in outer(side) if side[i].text != "&" for tok in side[i:j]]
    while kept and kept[-1].text in (".", ",", ";", *_SPACES, "?", "!"):
        kept.pop()
    while kept and kept[0].text in _SPACES:
        kept.pop(0)
    out: list[Tok] = []
    k = 0
    while k < len(kept):
        if kept[k].text in (r"\left", r"\right") and k + 1 < len(kept) and kept[k + 1].text == ".":
            k += 2
        else:
            out.append(kept[k])
            k += 1
    return tuple(out)
