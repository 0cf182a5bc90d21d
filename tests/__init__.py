"""A package on purpose: latex2sympy2 installs a top-level `tests`, and without this file that one would be imported."""
