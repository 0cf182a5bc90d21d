"""Documents as a stream of fragments: the prose, the mathematics and the code of a note, each with its place.

A `.tex` file is walked by pylatexenc, a `.md` file by markdown-it-py, a notebook is its Markdown cells in order.
What is quoted verbatim or commented out is not part of the stream.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import BadInput

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Kind = Literal["text", "math", "code"]
SUFFIXES = (".tex", ".md", ".ipynb")
MAX_BYTES = 20_000_000

_MATH_ENVIRONMENTS = frozenset(
    name + star
    for name in (
        "equation align flalign alignat gather multline eqnarray displaymath math dmath dgroup "
        "IEEEeqnarray subequations xalignat"
    ).split()
    for star in ("", "*")
) - {"subequations", "subequations*"}
_VERBATIM_ENVIRONMENTS = frozenset(
    "verbatim verbatim* Verbatim lstlisting minted comment filecontents filecontents* tikzpicture".split()
)


@dataclass(frozen=True)
class Source:
    """The text of a file, or of one cell of a notebook (`cell` counts from 0, as Jupyter's own tools do).

    `before` is the number of lines of the file in front of the text: a cell begins somewhere in the notebook's JSON.
    """

    path: Path
    text: str
    cell: int | None = None
    before: int = 0

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character of the text."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True)
class Fragment:
    """A run of one kind: `text` starts at `start` of `source`; `display` is true of displayed mathematics."""

    kind: Kind
    text: str
    source: Source
    start: int
    display: bool = False
    block: int = 0  # paragraphs, cells of tables: fragments with one number stand together
    section: int = 0  # counts the headings of the first two levels


def fragments(path: str | Path) -> list[Fragment]:
    """The fragments of one document, in reading order.

    Raises `BadInput` when the file is missing, is not text, or is of an unknown kind.
    """
    path = Path(path)
    text = _text(path)
    if path.suffix == ".tex":
        return list(_tex(Source(path, text)))
    if path.suffix == ".md":
        return list(_markdown(Source(path, text)))
    found: list[Fragment] = []
    for cell in _cells(path, text):
        found += _markdown(cell, found[-1].section if found else 0)
    return found


def documents(paths: Iterable[str | Path]) -> list[Path]:
    """The documents named by files and folders; a folder stands for all documents below it, sorted by name."""
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and _is_visible(p.relative_to(path)))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _is_visible(path: Path) -> bool:
    return not any(part.startswith(".") for part in path.parts)


def _text(path: Path) -> str:
    if path.suffix not in SUFFIXES:
        raise BadInput(f"{path}: cannot read {path.suffix or 'a file without suffix'}; wanted {', '.join(SUFFIXES)}")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path}: larger than {MAX_BYTES // 10**6} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text (byte {error.start})") from None
    if "\0" in text:
        raise BadInput(f"{path}: binary, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ---------------------------------------------------------------------------------------------------------- LaTeX


def _tex(source: Source) -> Iterator[Fragment]:
    from pylatexenc.latexwalker import LatexWalker

    walker = LatexWalker(_without_false_branches(source.text), tolerant_parsing=True)
    try:
        nodes, _, _ = walker.get_latex_nodes()
    except RecursionError:
        raise BadInput(f"{source.path}: braces nested too deep") from None
    yield from _TexWalk(source).walk(nodes)


def _without_false_branches(text: str) -> str:
    r"""`\iffalse ... \fi` blanked, every other character at its place."""
    return re.sub(r"\\iffalse\b.*?\\fi\b", lambda m: re.sub(r"\S", " ", m[0]), text, flags=re.S)


class _TexWalk:
    """Fragments of a tree of pylatexenc nodes; a blank line, an `&` or a `\\\\` of a table begins a new block."""

    def __init__(self, source: Source) -> None:
        self.source, self.block, self.section = source, 0, 0

    def walk(self, nodes: Iterable[Any]) -> Iterator[Fragment]:
        for node in nodes or ():
            if node is not None:
                yield from getattr(self, f"_{type(node).__name__}", self._nothing)(node)

    def _nothing(self, node: Any) -> Iterator[Fragment]:
        yield from ()

    def _LatexCharsNode(self, node: Any) -> Iterator[Fragment]:
        self.block += "\n\n" in node.chars
        yield self._fragment("text", node.chars, node.pos)

    def _LatexGroupNode(self, node: Any) -> Iterator[Fragment]:
        yield from self.walk(node.nodelist)

    def _LatexMathNode(self, node: Any) -> Iterator[Fragment]:
        first, last = node.delimiters
        start, end = node.pos + len(first), node.pos + node.len - len(last)
        yield self._math(start, end, node.displaytype == "display")

    def _math(self, start: int, end: int, display: bool) -> Fragment:
        return self._fragment("math", self.source.text[start:end], start, display)

    def _fragment(self, kind: Kind, text: str, start: int, display: bool = False) -> Fragment:
        return Fragment(kind, text, self.source, start, display, self.block, self.section)

    def _LatexSpecialsNode(self, node: Any) -> Iterator[Fragment]:
        self.block += node.specials_chars in ("&", "\n\n")
        yield self._fragment("text", node.specials_chars, node.pos)

    def _LatexMacroNode(self, node: Any) -> Iterator[Fragment]:
        name = node.macroname
        if name == "verb":
            yield self._fragment("code", getattr(node.nodeargd, "verbatim_text", ""), node.pos)
        elif name in ("\\", "par", "section", "subsection", "subsubsection", "paragraph", "item", "chapter"):
            self.block += 1
            self.section += name in ("section", "chapter")
        if name not in _NOT_WALKED:
            yield from self.walk(getattr(node.nodeargd, "argnlist", None) or ())

    def _LatexEnvironmentNode(self, node: Any) -> Iterator[Fragment]:
        name = node.environmentname
        if name in _MATH_ENVIRONMENTS:
            # The environment itself is kept: its name says how rows and columns are to be read.
            yield self._math(node.pos, node.pos + node.len, True)
        elif name not in _VERBATIM_ENVIRONMENTS:
            self.block += 1
            yield from self.walk(node.nodelist)
            self.block += 1


_NOT_WALKED = frozenset(
    "verb newcommand renewcommand providecommand DeclareMathOperator def usepackage documentclass "
    "label ref eqref cite bibliography includegraphics input include".split()
)


# ------------------------------------------------------------------------------------------------------- Markdown


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.dollarmath.index import math_block_dollar
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable("table")
    parser.use(front_matter_plugin).use(amsmath_plugin).use(dollarmath_plugin, double_inline=True)
    # Hugo, Jekyll and Jupyter let $$ begin right after a line of prose, with no blank line between.
    whole = math_block_dollar(False, str, True)

    def rule(state: Any, first: int, last: int, silent: bool) -> bool:
        begins = state.src.startswith("$$", state.bMarks[first] + state.tShift[first])
        return begins and (silent or whole(state, first, last, silent))

    parser.block.ruler.at("math_block", rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("escape", "bracket_math", _bracket_math)
    return parser


def _bracket_math(state: Any, silent: bool) -> bool:
    r"""The inline rule for `\( ... \)` and `\[ ... \]`, which Markdown by itself takes for escaped brackets."""
    text, pos = state.src, state.pos
    closing = {r"\(": r"\)", r"\[": r"\]"}.get(text[pos : pos + 2])
    end = text.find(closing, pos + 2) if closing else -1
    if closing is None or end < 0:
        return False
    if not silent:
        kind = "math_inline" if closing == r"\)" else "math_inline_double"
        state.push(kind, "math", 0).content = text[pos + 2 : end]
    state.pos = end + 2
    return True


def _markdown(source: Source, section: int = 0) -> Iterator[Fragment]:
    try:
        tokens = _parser().parse(source.text)
    except RecursionError:
        raise BadInput(f"{source.path}: nested too deep") from None
    walk = _MarkdownWalk(source, section)
    for token in tokens:
        yield from walk.block_token(token)


class _MarkdownWalk:
    """Fragments of markdown-it tokens. Tokens carry lines only; columns are found by searching from a cursor."""

    def __init__(self, source: Source, section: int) -> None:
        self.source, self.cursor, self.block, self.section = source, 0, 0, section

    def block_token(self, token: Token) -> Iterator[Fragment]:
        self.block += 1
        self.section += token.type == "heading_open" and token.tag in ("h1", "h2")
        if token.map and token.type in ("inline", "math_block", "amsmath"):
            self.cursor = max(self.cursor, self.source._starts[token.map[0]])
        if token.type == "inline":
            for child in token.children or ():
                yield from self._inline(child)
        elif token.type in ("math_block", "amsmath"):
            yield from self._blocks(token.content)

    def _blocks(self, content: str) -> Iterator[Fragment]:
        """One display; or several of them in one line, with what stands between them."""
        for k, piece in enumerate(content.split("$$")):
            if k % 2 == 0:
                yield self._math(piece, True)
            elif piece.strip():
                yield self._fragment("text", piece, self._find(piece))

    def _inline(self, token: Token) -> Iterator[Fragment]:
        if token.type in ("math_inline", "math_inline_double"):
            yield self._math(token.content, token.type == "math_inline_double")
        elif token.type in ("softbreak", "hardbreak"):
            yield self._fragment("text", "\n", self.cursor)
        elif token.type == "code_inline":
            yield self._fragment("code", token.content, self._find(token.content))
        elif token.content and token.type in ("text", "text_special"):
            yield self._fragment("text", token.content, self.cursor)

    def _math(self, content: str, display: bool) -> Fragment:
        return self._fragment("math", content, self._find(content), display)

    def _fragment(self, kind: Kind, text: str, start: int, display: bool = False) -> Fragment:
        return Fragment(kind, text, self.source, start, display, self.block, self.section)

    def _find(self, content: str) -> int:
        """Where the content stands; inside a quotation or a list only its first line is found as it is."""
        for needle in (content, content.strip().partition("\n")[0]):
            start = self.source.text.find(needle, self.cursor)
            if start >= 0:
                self.cursor = start + len(needle)
                return start
        return self.cursor


def _cells(path: Path, text: str) -> Iterator[Source]:
    import nbformat

    try:
        notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat raises jsonschema's, json's and its own errors
        raise BadInput(f"{path}: not a notebook ({str(error).splitlines()[0][:80]})") from None
    lines, at = text.split("\n"), 0
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            at = _line_in_json(lines, at, cell.source)
            yield Source(path, cell.source, number, at)


def _line_in_json(lines: list[str], start: int, source: str) -> int:
    """The index of the line of a notebook's file in which the first line of a cell stands."""
    first = json.dumps(source.partition("\n")[0])[1:-1], source.partition("\n")[0]
    for k in range(start, len(lines)):
        if any(piece and f'"{piece}' in lines[k] for piece in first):
            return k
    return start
