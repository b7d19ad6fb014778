"""The profiles that ship with irmill, as package data: base.yaml and files that hold only differences from it."""
