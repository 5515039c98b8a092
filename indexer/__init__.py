"""The archive in, something that can be searched out: an immutable generation on disk.

What goes in: posts from the archive. What comes out: candidates for a query, with their scores by
keywords and by meaning. Any index can be deleted at any moment and nobody loses anything.
"""
