"""A small engine for tests of the store, the builder and the flow, and what puts a copy of it on the import path."""
