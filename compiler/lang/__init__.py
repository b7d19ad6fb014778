"""The canonical language: syntax, types, exact meaning, and what can be proved about a program without running it."""
