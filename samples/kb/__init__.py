"""The knowledge base: ordinary web pages, as most help sites are."""

from samples.kb.app import app

__all__ = ["app"]
