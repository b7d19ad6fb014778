"""The optimizer lane's stages, a file each: blocks -> lower -> coldstart -> evolve -> speculate.

What needs torch is imported by the stage that uses it.
"""
