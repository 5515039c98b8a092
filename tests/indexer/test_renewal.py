"""A ledger renewed thread by thread is the ledger of all posts, whatever has changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Author
from indexer.draft import Draft
from indexer.numbering import Numbering
from indexer.renewal import renewed

NUMBERS = range(9)
THREADS = ("a", "b", "c")


class Nowhere:
    """A keyword index that only remembers who is in it."""

    def __init__(self):
        self.keys = {}

    def add(self, entry):
        self.keys[entry.key] = entry


@pytest.fixture(scope="module")
def told(post):
    """A post of a community, from what may change of it."""

    def tell(number, said):
        thread, author, words, votes, tag = said
        return post(
            number,
            " ".join(["The mower stops beside the pond."] * words),
            parent=None if number == 0 else 0,
            thread_id=f"forum:{thread}",
            source="forum" if number % 2 else "qa",
            by=author,
            author=None if author is None else Author(author_id=author, name=f"{author}{number}"),
            votes=votes,
            tags=(tag,),
            title=f"About {thread}" if number < 3 else "",
            accepted=votes == 3,
            language="en",
        )

    return tell


def by_thread(posts):
    threads = {}
    for post in sorted(posts, key=lambda post: (post.thread_id, post.post_id)):
        threads.setdefault(post.thread_id, []).append(post)
    return threads


def drafted(threads, numbering=None, writer=None):
    draft = Draft(writer or Nowhere(), numbering or Numbering())
    for thread in threads:
        draft.add(thread)
    return draft


SAID = st.tuples(
    st.sampled_from(THREADS),
    st.sampled_from([None, "mira", "nadia", "tom"]),
    st.integers(0, 40),
    st.none() | st.integers(-3, 5),
    st.sampled_from(["E17", "winter"]),
)
COMMUNITY = st.dictionaries(st.sampled_from(NUMBERS), SAID, max_size=len(NUMBERS))


def numbers_apart(ledger):
    """All that a ledger says, but for the numbers that only the indexes know."""
    facts = {name: column.tolist() for name, column in ledger.facts.items() if name != "key"}
    facts["votes"] = np.nan_to_num(ledger.facts["votes"], nan=-99).tolist()
    passages = {name: ledger.passages[name].tolist() for name in ("spans", "hashes")}
    borne = {
        name: ledger.marks.bearing(name).tolist()
        for field in ("source", "kind", "lang", "tag", "sees", "is", "author")
        for name in ledger.marks.names(field)
    }
    names = list(ledger.sources), list(ledger.authors), ledger.languages()
    return list(ledger.threads), list(ledger.ids), facts, names, borne, passages


@given(before=COMMUNITY, after=COMMUNITY)
def test_whatever_changes_the_renewed_ledger_is_that_of_all_posts(told, before, after):
    was, now = (
        by_thread(told(number, said) for number, said in community.items())
        for community in (before, after)
    )
    changed = {thread for thread in {*was, *now} if was.get(thread) != now.get(thread)}
    old_writer, new_writer = Nowhere(), Nowhere()
    old = drafted(was.values(), writer=old_writer)
    numbering = Numbering.after(
        old.ledger(), old.ledger().in_threads(changed), keys=old.numbering.keys, rows=len(old.texts)
    )
    again = drafted(
        [posts for thread, posts in now.items() if thread in changed], numbering, new_writer
    )
    everyone = {post.post_id: post for thread in now.values() for post in thread}
    asked = []

    def archive(ids):
        asked.extend(ids)
        return {one: everyone[one] for one in ids}

    made = renewed(old.ledger(), changed, again.ledger(), archive)
    whole = drafted(now.values())
    assert numbers_apart(made) == numbers_apart(whole.ledger())
    derived = made.derived()
    for name, column in whole.ledger().derived().items():
        assert np.array_equal(derived[name], column, equal_nan=name in {"standing", "record"})
    index = {**old_writer.keys, **new_writer.keys}
    for key in numbering.unused():
        del index[key]
    assert sorted(made.facts["key"].tolist()) == sorted(index)
    for key, fresh in zip(made.facts["key"].tolist(), drafted_entries(now), strict=True):
        entry = index[key]
        assert (entry.title, entry.body, entry.marks) == (fresh.title, fresh.body, fresh.marks)
    rows = made.passages["row"].tolist()
    texts = [*old.texts, *again.texts]
    assert len(set(rows)) == len(rows)
    assert [texts[row] for row in rows] == whole.texts
    assert len(asked) <= len(THREADS)


def drafted_entries(threads):
    writer = Nowhere()
    drafted(threads.values(), writer=writer)
    return [writer.keys[key] for key in sorted(writer.keys)]
