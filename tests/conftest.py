"""What every test shares: the hypothesis profiles of tests/profiles.py, and one printed seed for everything drawn."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import settings

from tests.profiles import SEED

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """One seed for hypothesis and for the `rng` fixture, so that a failure is repeated by --hypothesis-seed=N."""
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(SEED)


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {config.getoption('hypothesis_seed')} (another one: --hypothesis-seed=N)"


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run; print it, or pass it on, when a drawn instance fails."""
    text = str(request.config.getoption("hypothesis_seed"))
    return int(text) if text.isdecimal() else abs(hash(text)) % 2**32


@pytest.fixture
def rng(seed: int) -> np.random.Generator:
    """A NumPy generator started from the seed of this run."""
    return np.random.default_rng(seed)
