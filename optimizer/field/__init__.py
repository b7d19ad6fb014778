"""The Goldilocks field, its cubic extension, fixed-point numbers in it, and the Tip5 hash function."""
