"""From TIR to TASM that costs less and does the same. Each room imports only those before it: ``field``; ``tasm`` and
``tir``; ``search``; ``lower``; ``policy``; whole programs (``optimize``); ``stages``; a program's ``forms``."""
