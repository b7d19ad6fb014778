"""irmill: one program, many IRs, one answer.

This folder is the package ``irmill``: its folders of sources are ``irmill.compiler``, ``irmill.synth`` and so on, so
that an installed irmill brings one name and no other.
"""
