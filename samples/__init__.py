"""Openly fictional communities, served over loopback in the wire formats of real platforms.

What goes in: the stories under `communities/`. What comes out: four small web sites that a crawler
cannot tell from a question-and-answer site, a forum, a knowledge base and a social server.
"""
