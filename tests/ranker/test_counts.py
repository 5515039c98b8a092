"""Totals, counts and pages, right to the last unit: in a community made by chance, for any viewer.

Beside the program stands its plain reading of what a single word finds without a model: every post
that holds it, that the viewer may see and that is not deleted, one result for each thread.
"""

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.marks import may_be_shown
from ranker.facets import TIMES_DAYS

WORDS = ("antenna", "battery", "blade", "bridge", "dock", "garden", "mower", "valve")
GROUPS = ("forum:beta", "forum:staff")
THREADS = 40
ALL = 1000
"""Results on one page: more than there are."""


def community(write, seed=4):
    """Threads of one to four posts; some posts, and some whole threads, are for members alone."""
    chance, numbers = random.Random(seed), itertools.count(1)  # noqa: S311  no secret

    def text():
        said = [chance.choice(WORDS) for _ in range(chance.randint(1, 4))]
        return f"{' '.join(said)} number{next(numbers)}."

    def seen(by):
        return {} if by is None else {"visibility": "members", "groups": (by,)}

    for _ in range(THREADS):
        opening, source = next(numbers), chance.choice(("qa", "qa", "forum", "kb"))
        among = chance.choice((None, None, None, *GROUPS))
        yield write(
            opening,
            text(),
            source=source,
            title=text(),
            kind="article" if source == "kb" else "question",
            days_ago=chance.choice((2, 20, 200, 1000, 3000, None)),
            **seen(among),
        )
        for _ in range(chance.choice((0, 1, 1, 3))):
            yield write(
                next(numbers),
                text(),
                source=source,
                parent=opening,
                kind=chance.choice(("answer", "answer", "comment")),
                by=chance.choice(("Ada", "Rex", "Uwe")),
                accepted=chance.random() < 0.3,
                days_ago=chance.choice((1, 20, 200, 1000)),
                **seen(among or chance.choice((None, None, *GROUPS))),
            )


@pytest.fixture(scope="module")
def posts(write):
    """The community: one text stands in two threads, as it was posted in two places."""
    copied = " ".join(f"{word} twice" for word in WORDS)
    twice = [write(9000, copied, source=source, title="Copied") for source in ("qa", "forum")]
    return (*community(write), *twice)


@pytest.fixture(scope="module")
def by_words(posts, make_world):
    """The community where there is no model: words are all there is."""
    return make_world(*posts)


@pytest.fixture(scope="module")
def by_meaning(posts, make_world, words_encoder):
    """The same with a model, by which every post is more or less like any other."""
    return make_world(*posts, encoder=words_encoder())


@pytest.fixture(scope="module")
def worlds(by_words, by_meaning):
    """Both."""
    return by_words, by_meaning


QUERY = st.one_of(
    st.sampled_from([*WORDS, "source:qa", "kind:answer mower", "is:answered", "nothing-at-all"]),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=4).map(" ".join),
    st.tuples(*[st.sampled_from(WORDS)] * 2).map(lambda two: f'{two[0]} -{two[1]} "{two[0]}"'),
)
VIEWERS = ((), GROUPS[:1], GROUPS[1:], GROUPS)
VIEWER = st.sampled_from(VIEWERS)
CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sets(st.sampled_from(["qa", "forum", "kb"])),
        "kind": st.sets(st.sampled_from(["question", "answer", "comment", "article", "issue"])),
        "answered": st.sets(st.sampled_from(["yes", "no"])),
        "time": st.sets(st.sampled_from([*TIMES_DAYS])),
    },
)


def places(found):
    """Ids of the results, each followed by those that say the same."""
    return [[one.post.post_id, *(other.post_id for other in one.also)] for one in found.results]


@settings(max_examples=10)
@given(query=QUERY, groups=VIEWER, choices=CHOICES, size=st.integers(1, 40))
def test_pages_of_any_size_tile_one_list(worlds, query, groups, choices, size):
    for world in worlds:
        asked = {"groups": groups, "choices": choices}
        whole = world.search(query, **asked, limit=ALL)
        pages = [world.search(query, **asked, limit=size)]
        while len(pages) < pages[0].pages:
            pages.append(world.search(query, **asked, limit=size, page=len(pages) + 1))
        assert [one for page in pages for one in places(page)] == places(whole)
        assert {page.total for page in pages} == {whole.total} == {len(whole.results)}
        assert {page.facets for page in pages} == {whole.facets}
        assert all(len(page.results) == size for page in pages[:-1])


@settings(max_examples=10)
@given(query=QUERY, groups=VIEWER, choices=CHOICES)
def test_no_post_comes_twice_and_no_thread_is_two_results(posts, worlds, query, groups, choices):
    thread = {post.post_id: post.thread_id for post in posts}
    for world in worlds:
        found = world.search(query, groups=groups, choices=choices, limit=ALL)
        named = [post_id for one in places(found) for post_id in one]
        assert len({thread[post_id] for post_id in named}) == len(named)


@settings(max_examples=10)
@given(query=QUERY, groups=VIEWER, choices=CHOICES)
def test_choosing_a_value_beside_others_gives_as_many_as_it_said(worlds, query, groups, choices):
    for world in worlds:
        for facet in world.search(query, groups=groups, choices=choices).facets:
            instead = {**choices, facet.field: {facet.value}}
            chosen = world.search(query, groups=groups, choices=instead, limit=1)
            assert chosen.total == facet.count


@settings(max_examples=10)
@given(query=QUERY, groups=VIEWER, choices=CHOICES)
def test_a_choice_leaves_the_counts_of_its_own_field_as_they_were(worlds, query, groups, choices):
    for world, field in itertools.product(worlds, choices):
        others = {name: wanted for name, wanted in choices.items() if name != field}
        chosen = world.search(query, groups=groups, choices=choices, limit=1)
        before = world.search(query, groups=groups, choices=others, limit=1)
        assert counts(chosen, field) == counts(before, field)


def counts(found, field):
    """Results that have each value of a field; a chosen value that none has is left out."""
    return {one.value: one.count for one in found.facets if one.field == field and one.count}


@settings(max_examples=10)
@given(query=QUERY, groups=VIEWER)
def test_counts_are_of_the_results_that_the_viewer_gets_and_of_nothing_else(
    posts, worlds, query, groups
):
    known = {post.post_id: post for post in posts}
    for world in worlds:
        found = world.search(query, groups=groups, limit=ALL)
        shown = [known[post_id] for one in places(found) for post_id in one]
        assert all(may_be_shown(post, groups, world.clock.now()) for post in shown)
        counted = Counter({(one.field, one.value): one.count for one in found.facets})
        del counted["answered", "yes"], counted["answered", "no"]
        assert counted == tally([one.post for one in found.results], world.clock.now())


def tally(results, now):
    """Values that can be chosen, counted from the posts themselves."""
    counted = Counter()
    for post in results:
        counted["source", post.source] += 1
        counted["kind", post.kind] += 1
        for name, days in TIMES_DAYS.items():
            if post.created_at is not None and (now - post.created_at).days <= days:
                counted["time", name] += 1
    return counted


def expected(posts, word, groups, now, dead=frozenset()):
    """Threads that a single word finds."""
    titles = {post.thread_id: post.title for post in posts if post.title}
    return sorted(
        {
            post.thread_id
            for post in posts
            if post.post_id not in dead and may_be_shown(post, groups, now)
            if word in post.text or (post.kind != "comment" and word in titles[post.thread_id])
        }
    )


def threads(found, posts):
    """Threads of all results and of what says the same, each as often as it comes."""
    thread = {post.post_id: post.thread_id for post in posts}
    return sorted(thread[post_id] for one in places(found) for post_id in one)


@pytest.mark.parametrize("groups", VIEWERS, ids=lambda groups: "+".join(groups) or "stranger")
def test_the_total_is_every_thread_with_a_post_that_holds_the_word_and_may_be_seen(
    groups, by_words, posts
):
    for word in WORDS:
        found = by_words.search(word, groups=groups, limit=ALL)
        assert threads(found, posts) == expected(posts, word, groups, by_words.clock.now())


def test_a_deletion_is_out_of_every_total_and_count_at_once(posts, make_world):
    world, dead = make_world(*posts), set()
    chance = random.Random(4)  # noqa: S311  no secret
    for _ in range(2):
        dead |= set(chance.sample([post.post_id for post in posts], 30))
        world.bury(*dead)
        for word, groups in itertools.product(WORDS[:4], VIEWERS):
            found = world.search(word, groups=groups, limit=ALL)
            assert threads(found, posts) == expected(posts, word, groups, world.clock.now(), dead)
            assert found.total == len(found.results)
            counted = [one.count for one in found.facets if one.field == "source"]
            assert sum(counted) == found.total
