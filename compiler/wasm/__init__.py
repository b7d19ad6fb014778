"""WebAssembly: one table of opcodes, a typed instruction list, and the lowering of the canonical language to it."""
