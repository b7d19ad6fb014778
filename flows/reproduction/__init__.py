"""The tables of the documents irmill started from, measured again: what was claimed beside what this build does."""
