"""Who speaks where, by which account; and whether what is said of them fits together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from samples.story import ForumAccount, QaAccount, SocialAccount, StoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from samples.story import Person

Account = TypeVar("Account", QaAccount, ForumAccount, SocialAccount)
Named = TypeVar("Named", ForumAccount, SocialAccount)


class Member(NamedTuple, Generic[Account]):
    """A person, and their account on one site."""

    person: Person
    account: Account


class Cast(Generic[Account]):
    """Everybody who has an account on `site`; `account` finds it in a person."""

    def __init__(
        self, site: str, people: Mapping[str, Person], account: Callable[[Person], Account | None]
    ) -> None:
        self.site = site
        self.people = people
        self.members: dict[str, Member[Account]] = {
            key: Member(who, held)
            for key, who in people.items()
            if (held := account(who)) is not None
        }

    def member(self, key: str) -> Member[Account]:
        """Return whom the stories call `key`. Raises StoryError where nobody is, or not here."""
        if key not in self.members:
            person(self.people, key)
            raise StoryError(
                f"{key} writes on the {self.site} site without an account [person.{self.site}]"
            )
        return self.members[key]


def called(cast: Cast[Named], handle: str) -> Member[Named] | None:
    """Return whose handle this is, whatever its case."""
    for member in cast.members.values():
        if member.account.handle.lower() == handle.lower():
            return member
    return None


def person(people: Mapping[str, Person], key: str) -> Person:
    """Return the person called `key`. Raises StoryError where nobody is."""
    try:
        return people[key]
    except KeyError:
        raise StoryError(f"nobody in people.toml has the key {key!r}") from None


def all_different(what: str, ids: Iterable[object]) -> None:
    """Raise StoryError where two things share an id: one of them could never be reached."""
    twice = [id_ for id_, count in Counter(ids).items() if count > 1]
    if twice:
        raise StoryError(f"{what} {twice[0]} is there twice")


def proven_home(who: Person, site: str, social: str) -> str | None:
    """Return the social profile that claims an account of `who` on `site` and was verified.

    Verification means the claimed page links back (`rel="me"`), so that page has to show this.
    """
    if who.social is None:
        return None
    claims = [url for _, url, verified in who.social.links if verified]
    if any(url.startswith(f"{site}/") for url in claims):
        return f"{social}/@{who.social.handle}"
    return None
