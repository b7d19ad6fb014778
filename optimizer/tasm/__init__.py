"""Triton VM assembly: the instruction table, parser, printer, assembler, virtual machine and table heights."""
