"""Places in, posts out: gathers what people said and keeps it in the archive.

What goes in: sources from the settings, or files to import. What comes out: the archive, the only
truth, from which everything after it can be rebuilt.
"""
