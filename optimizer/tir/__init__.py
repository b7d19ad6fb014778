"""The TIR: its table of operations, text form, verification, and where blocks of it come from."""
