"""English: the quantities of a text, and a compositional generator of problems with their canonical text."""
