"""Scenes: small worlds told by facts, and contrasting questions about each."""
