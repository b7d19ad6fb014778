"""The grammar of generated kernels: expressions, statements, families and their source text."""
