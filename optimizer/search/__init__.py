"""Verified search for cheaper straight-line TASM: symbolic execution, proofs of equality, best-first search."""
