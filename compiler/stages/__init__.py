"""The compiler lane, a stage a file: prompts -> normalize -> classify -> emit -> execute."""
