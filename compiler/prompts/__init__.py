"""Where questions come from: English problems, canonical programs, and files that people give."""
