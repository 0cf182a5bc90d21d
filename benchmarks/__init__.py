"""Speed and memory, side by side with SymPy: `python -m benchmarks` prints every figure and its bound."""
