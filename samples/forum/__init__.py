"""The forum community, in the wire format of Discourse."""

from samples.forum.app import DEMO_KEY, app

__all__ = ["DEMO_KEY", "app"]
