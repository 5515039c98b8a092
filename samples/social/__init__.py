"""The social community, in the wire format of Mastodon."""

from samples.social.app import app

__all__ = ["app"]
