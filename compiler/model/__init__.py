"""The language model: loading, tokenizer, normalizer, lens classifier and their training."""
