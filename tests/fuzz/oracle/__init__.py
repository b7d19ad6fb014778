"""The second oracle: the language read anew from its specification, sharing no code with the project.

Tokens and grammar (:mod:`fuzz.oracle.read`), types (:mod:`fuzz.oracle.types`) and meaning (:mod:`fuzz.oracle.walk`) are
a plain walk over tuples with Python's ``int`` and ``Fraction``. It is slow and simple on purpose.
"""
