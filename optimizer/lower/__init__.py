"""Lowering TIR to TASM and TASM to cheaper TASM: the one-to-one map, rewrites, and the search along straight lines."""
