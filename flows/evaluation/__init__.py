"""Accuracy of the whole compiler on word problems with answers, and the tables that say where it is right."""
