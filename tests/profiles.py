"""How many examples a property test draws: few in CI, 100,000 in the deep profile that is run by hand.

The deep run: `make test ARGS="--hypothesis-profile=deep --timeout=0 tests/test_properties.py"`.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

DEEP = 100_000
SEED = 20260101

# Deadlines would measure the machine, not the engine; the time limit of a test is pytest's.
settings.register_profile("ci", max_examples=100, deadline=None, print_blob=True, database=None)
settings.register_profile(
    "deep",
    max_examples=DEEP,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def examples(number: int) -> settings:
    """As decorator: `number` examples in CI, 100,000 in the deep profile."""
    return settings(max_examples=DEEP if settings.get_current_profile_name() == "deep" else number)
