"""Lowering TIR to TASM: the classical one-to-one map, stack layout, peephole rules and the speculative choice."""
