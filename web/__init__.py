"""Results in, pages and JSON out: how people and programs meet Askaround.

What goes in: a ranker. What comes out: a site that works without JavaScript, and an API that says
the same. Nothing in here changes anything.
"""
