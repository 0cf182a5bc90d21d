"""Scrambled formulas: whatever is thrown at the reader, only errors of the package's own come back.

python -m benchmarks.reader_fuzz 100000 1      # how many inputs, seed
"""

from __future__ import annotations

import random
import sys
import time

from derive.errors import DeriveError
from derive.read import read, read_equation
from tests.read.expected import rows
from tests.read.test_hostile import FRAGMENTS, WHERE

STRANGE = ((32, 127), (0x2000, 0x2300), (0x1D400, 0x1D7FF))


def fragments(rng: random.Random) -> str:
    """Pieces of LaTeX in any order."""
    return rng.choice([" ", ""]).join(rng.choice(FRAGMENTS) for _ in range(rng.randint(1, 12)))


def damaged(text: str, rng: random.Random) -> str:
    """A readable formula with up to four characters dropped, added or replaced."""
    letters = list(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(letters) + 1)
        if at == len(letters) or rng.random() < 0.3:
            letters.insert(at, rng.choice(FRAGMENTS))
        else:
            letters[at] = "" if rng.random() < 0.6 else chr(rng.randrange(*rng.choice(STRANGE)))
    return "".join(letters)


def noise(rng: random.Random) -> str:
    """Any characters."""
    return "".join(chr(rng.randrange(1, 0x3000)) for _ in range(rng.randint(1, 30)))


def main(count: int, seed: int) -> int:
    """Run `count` inputs; the number of foreign errors."""
    rng, readable, foreign, worst = random.Random(seed), 0, 0, 0.0
    known = [(r[2], r[1]) for r in rows()]
    for i in range(count):
        kind, where = rng.random(), WHERE
        if kind < 0.3:
            text = fragments(rng)
        elif kind < 0.85:
            original, where = rng.choice(known)
            text = damaged(original, rng)
        else:
            text = noise(rng)
        start = time.perf_counter()
        try:
            (read if i % 3 else read_equation)(text, where if i % 4 else None)
            readable += 1
        except DeriveError:
            pass
        except Exception as error:
            foreign += 1
            print(f"{type(error).__name__}: {error} in {text!r}")
        worst = max(worst, time.perf_counter() - start)
    print(f"{count} inputs, {readable} readable, {foreign} foreign errors, slowest {worst:.2f} s")
    return foreign


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]))))
