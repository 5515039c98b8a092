"""Every platform we can gather, by the name it has in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contract.errors import SettingsError
from crawler.sources import (
    activitypub,
    askbot,
    bluesky,
    discourse,
    facebook,
    feed,
    freshdesk,
    github,
    github_discussions,
    hackernews,
    lemmy,
    linkedin,
    mailinglist,
    mastodon,
    mediawiki,
    reddit,
    redmine,
    roundup,
    site,
    stackexchange,
    wordpress,
    x,
    youtube,
    zendesk,
)

if TYPE_CHECKING:
    from contract import SourceSettings
    from crawler.fetch import Source

PLATFORMS: dict[str, tuple[type[Any], type[Any]]] = {
    "activitypub": (activitypub.ActivityPub, activitypub.Options),
    "askbot": (askbot.Askbot, askbot.Options),
    "bluesky": (bluesky.Bluesky, bluesky.Options),
    "discourse": (discourse.Discourse, discourse.Options),
    "facebook": (facebook.Facebook, facebook.Options),
    "feed": (feed.FeedSource, feed.Options),
    "freshdesk": (freshdesk.Freshdesk, freshdesk.Options),
    "github": (github.GitHub, github.Options),
    "github-discussions": (github_discussions.GitHubDiscussions, github_discussions.Options),
    "hackernews": (hackernews.HackerNews, hackernews.Options),
    "lemmy": (lemmy.Lemmy, lemmy.Options),
    "linkedin": (linkedin.LinkedIn, linkedin.Options),
    "mailinglist": (mailinglist.MailingList, mailinglist.Options),
    "mastodon": (mastodon.Mastodon, mastodon.Options),
    "mediawiki": (mediawiki.MediaWiki, mediawiki.Options),
    "reddit": (reddit.Reddit, reddit.Options),
    "redmine": (redmine.Redmine, redmine.Options),
    "roundup": (roundup.Roundup, roundup.Options),
    "site": (site.Site, site.Options),
    "stackexchange": (stackexchange.StackExchange, stackexchange.Options),
    "wordpress": (wordpress.WordPress, wordpress.Options),
    "x": (x.X, x.Options),
    "youtube": (youtube.YouTube, youtube.Options),
    "zendesk": (zendesk.Zendesk, zendesk.Options),
}
"""Platform to its source and its options."""


def options() -> dict[str, type[Any] | None]:
    """The type of each platform's own settings, as `parse_settings` wants it."""
    return {name: option_type for name, (_, option_type) in PLATFORMS.items()}


def hooked() -> frozenset[str]:
    """Platforms that send signed events when something happens, as `parse_settings` wants them."""
    return frozenset(name for name, (kind, _) in PLATFORMS.items() if hasattr(kind, "webhook"))


def build(settings: SourceSettings) -> Source:
    """Make the source that a section of the settings describes."""
    if settings.platform not in PLATFORMS:
        raise SettingsError(f'{settings.name}: unknown platform "{settings.platform}"')
    kind, _ = PLATFORMS[settings.platform]
    source: Source = kind(settings.name, settings.url, settings.options, settings.api_key)
    return source
