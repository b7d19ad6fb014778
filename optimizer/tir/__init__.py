"""The TIR: its table of operations, text form, verification, frames, and where blocks and programs of it come from."""
