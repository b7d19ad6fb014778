"""The direct normalizer: quantities of a question are combined two at a time, bottom-up, until the answer stands."""
