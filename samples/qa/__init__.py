"""The question-and-answer community, in the wire format of the Stack Exchange API."""

from samples.qa.app import app

__all__ = ["app"]
