"""Speed, measured: a bench is a file here and a line of the registry; `irmill bench` runs it."""
