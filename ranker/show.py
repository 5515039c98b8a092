"""From a ranking to what is shown: posts, their words and the reasons, read from the archive.

Only here are posts themselves read, and only those that are shown. A post that has been edited
since the index was built is shown as it is now; one that is gone, that the viewer may not see any
more or whose time has run out is left out. No more is quoted than the post's place allows.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from contract import Settings
from crawler.archive import Archive
from indexer.analysis import is_identifier
from indexer.facts import fingerprint
from indexer.language import DEFAULT
from indexer.marks import may_be_shown
from indexer.passages import split
from indexer.query import words
from ranker import experts
from ranker.answer import LONGEST, best_passage, confidence, coverage, may_answer, quoted
from ranker.explain import expert_said, place_said, why
from ranker.people import People
from ranker.places import Odds, Places
from ranker.rank import SOLUTION_MARGIN
from ranker.ranking import Ranking
from ranker.results import Also, Answer, Evidence, Expert, Part, Place, Result
from ranker.snippet import allowed, asked_words, snippet
from ranker.trust import trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from contract import Post
    from indexer.snapshot import Snapshot
    from ranker.rank import Ranked, Scored

ASKED = 3
"""Results, the first ones, that are asked for an answer."""

OF_THE_QUESTION = 0.95
"""What is left of a question's likeness to the searcher's for the reply accepted there."""

TITLE = 90
"""Characters of the first words that stand in for a title."""


@dataclass(frozen=True)
class Shower:
    """Shows one ranking."""

    ranking: Ranking
    people: People
    known_places: Places
    archive: Archive
    settings: Settings
    now: datetime
    named: int
    """People who are named."""

    def results(self, ranked: Sequence[Ranked]) -> tuple[Result, ...]:
        """A page of results."""
        scored = self.ranking.scored
        posts = self._posts(scored, [at for one in ranked for at in (one.at, *one.also)])
        titles = self._titles(posts.values())
        shown = [self._result(one, posts, titles) for one in ranked if self._id(one.at) in posts]
        return tuple(shown)

    def answer(self, ranked: Sequence[Ranked], least: float) -> Answer | None:
        """The passage that most likely helps; None where none reaches the `least` confidence.

        The first few of these results are asked in turn, each for the reply that speaks for its
        thread. A single plain word names a topic and asks nothing.
        """
        if not self._asks_something:
            return None
        self._read_ahead(ranked)
        for one in ranked[:ASKED]:
            thread = self._thread_of(int(self.ranking.scored.candidates.ordinals[one.at]))
            answer = self._answer(thread)
            if answer is not None and answer.confidence >= least:
                return answer
        return None

    def experts(self) -> tuple[Expert, ...]:
        """People who have shown that they know this, by posts that may still be shown."""
        posts = self._get(self._evidence)
        titles = self._titles(posts.values())
        return tuple(
            self._expert(int(person), float(score), speaks, posts, titles)
            for person, score, speaks in zip(*self._scores, strict=False)
            if any(self._snapshot.ids[at] in posts for at in speaks)
        )

    def places(self, count: int) -> tuple[Place, ...]:
        """Where questions like this one get solved."""
        wide = self.ranking.wide
        found = self.known_places.odds(wide.candidates.ordinals, wide.relevance, self._visible)
        return tuple(self._place(odds) for odds in found[:count])

    @property
    def _snapshot(self) -> Snapshot:
        return self.ranking.reading.finder.snapshot

    @functools.cached_property
    def _scores(self) -> tuple[NDArray[np.int64], NDArray[np.float64], list[NDArray[np.int32]]]:
        """People, their scores, and what speaks for as many of them as are named."""
        wide, person_of = self.ranking.wide, self.people.person_of
        columns, ordinals = self._snapshot.columns, wide.candidates.ordinals
        return experts.scores(columns, ordinals, wide.relevance, person_of, told=self.named)

    @property
    def _evidence(self) -> list[str]:
        """Ids of the posts that speak for the people named."""
        return [self._snapshot.ids[at] for speaks in self._scores[2] for at in speaks.tolist()]

    @functools.cached_property
    def _visible(self) -> NDArray[np.bool_]:
        """For each post of the index whether whoever asks may see it."""
        reading = self.ranking.reading
        return reading.finder.visible(self.ranking.groups, reading.dead)

    def _is_known(self, account: int) -> bool:
        """Whether an account wrote anything that whoever asks may see."""
        return bool(self._visible[self.people.posts_of(account)].any())

    @functools.cached_property
    def _asked(self) -> tuple[frozenset[str], ...]:
        languages = self._snapshot.manifest.languages or ("en",)
        return asked_words(self.ranking.query, languages)

    @property
    def _asks_something(self) -> bool:
        asked = words(self.ranking.query.tree)
        return len(self._asked) > 1 or any(map(is_identifier, asked))

    def _id(self, at: int, scored: Scored | None = None) -> str:
        candidates = (scored or self.ranking.scored).candidates
        return self._snapshot.ids[int(candidates.ordinals[at])]

    def _read_ahead(self, ranked: Sequence[Ranked]) -> None:
        """Read at once what a first page nearly always shows: all but threads after the best."""
        candidates, wide = self.ranking.scored.candidates, self.ranking.wide
        page = ranked[: self.settings.ranking.per_page]
        likely = [self._id(at) for one in page for at in (one.at, *one.also)] + self._evidence
        if page:
            thread = self._thread_of(int(candidates.ordinals[page[0].at]))
            likely += [self._id(at, wide) for at in thread.tolist()]
        self._get(likely)

    @functools.cached_property
    def _held(self) -> dict[str, Post | None]:
        """What the archive gave, None where it has no such post: nothing is read twice."""
        return {}

    def _get(self, post_ids: Sequence[str]) -> dict[str, Post]:
        """The posts that may be shown, as they stand now.

        What opened their threads is read with them: it will be asked for its title.
        """
        if any(post_id not in self._held for post_id in post_ids):
            wanted = dict.fromkeys([*post_ids, *self._openings(post_ids)])
            new = [post_id for post_id in wanted if post_id not in self._held]
            self._held.update(dict.fromkeys(new) | self.archive.get(new))
        return {
            post_id: post
            for post_id in post_ids
            if (post := self._held[post_id]) is not None
            and may_be_shown(post, self.ranking.groups, self.now)
        }

    def _openings(self, post_ids: Iterable[str]) -> list[str]:
        """First posts of their threads, as far as the index knows these posts."""
        known, thread = self._snapshot.ordinals, self._snapshot.columns.thread
        threads = thread[[known[post_id] for post_id in post_ids if post_id in known]]
        return [self._snapshot.ids[at] for at in np.searchsorted(thread, threads).tolist()]

    def _posts(self, scored: Scored, at: Iterable[int]) -> dict[str, Post]:
        return self._get([self._id(one, scored) for one in at])

    def _titles(self, posts: Iterable[Post]) -> dict[str, str]:
        """Title of each thread, by thread id: its opening post's, else its first words."""
        threads = {post.thread_id for post in posts}
        openings = self._get(sorted(threads))
        return {thread: title_of(openings.get(thread)) for thread in threads}

    def _result(self, one: Ranked, posts: dict[str, Post], titles: dict[str, str]) -> Result:
        scored = self.ranking.scored
        post = posts[self._id(one.at)]
        start, end = self._passage(post, int(scored.candidates.passage[one.at]))
        language = self._language(post)
        parts = self._parts(one)
        others = [posts[i] for at in one.also if (i := self._id(at)) in posts]
        return Result(
            post=post,
            title=_title(post, titles),
            snippet=snippet(post.text[start:end], self._asked, language, allowed(post.usage)),
            score=sum(part.value for part in parts),
            trust=float(trust(scored.trust[one.at])),
            parts=parts,
            why=self._why(post),
            also=tuple(
                Also(
                    post_id=other.post_id,
                    url=other.url,
                    title=_title(other, titles),
                    source=other.source,
                )
                for other in others
            ),
        )

    def _parts(self, one: Ranked) -> tuple[Part, ...]:
        terms = {name: float(values[one.at]) for name, values in self.ranking.scored.parts.items()}
        terms["agreement"] = one.agreement
        return tuple(Part(name=name, value=value) for name, value in terms.items() if value != 0.0)

    def _why(self, post: Post) -> tuple[str, ...]:
        return why_of(post, self._snapshot, self.now)

    def _passage(self, post: Post, number: int) -> tuple[int, int]:
        """The best passage, as the post stands now: where it was edited, its first."""
        ordinal, columns = self._snapshot.ordinals[post.post_id], self._snapshot.columns
        unchanged = int(columns.fingerprint[ordinal]) == fingerprint(post)
        unchanged &= int(columns.length[ordinal]) == len(post.text)  # the print folds white space
        if number >= 0 and unchanged:
            start, end = self._snapshot.spans[number]
            return (int(start), int(end)) if end > start else (0, len(post.text))
        spans = split(post.text) if number >= 0 else []
        return spans[0] if spans else (0, len(post.text))

    def _language(self, post: Post) -> str:
        """The language its words were cut in for the index: only so do they show what was found."""
        if post.language is not None:
            return post.language
        snapshot, ordinal = self._snapshot, self._snapshot.ordinals[post.post_id]
        for tag in snapshot.manifest.languages:
            bearing = snapshot.marks.bearing(f"lang:{tag}")
            at = int(np.searchsorted(bearing, bearing.dtype.type(ordinal)))  # else all is converted
            if at < len(bearing) and bearing[at] == ordinal:
                return tag
        return DEFAULT

    def _thread_of(self, ordinal: int) -> NDArray[np.int64]:
        """Places among the wide candidates of the posts of one post's thread, best first."""
        wide, threads = self.ranking.wide, self._snapshot.columns.thread
        members = np.flatnonzero(threads[wide.candidates.ordinals] == threads[ordinal])
        return members[np.argsort(-wide.score[members], kind="stable")]

    def _answer(self, thread: NDArray[np.int64]) -> Answer | None:
        """What a thread answers: its solution, unless another reply fits much better."""
        wide = self.ranking.wide
        posts = self._posts(wide, thread.tolist())
        able = [
            at
            for at in thread.tolist()
            if (post := posts.get(self._id(at, wide))) is not None and may_answer(post)
        ]
        if not able:
            return None
        good = [at for at in able if wide.score[at] >= wide.score[able[0]] - SOLUTION_MARGIN]
        solutions = [at for at in good if posts[self._id(at, wide)].accepted]
        at = (solutions or good)[0]
        return self._quoted(at, posts[self._id(at, wide)], self._nearness(at, thread))

    def _nearness(self, at: int, thread: NDArray[np.int64]) -> float:
        """Cosine of a reply to the question, or nearly that of the question it was accepted for."""
        wide, columns = self.ranking.wide, self._snapshot.columns
        own = float(wide.candidates.similarity[at])
        if columns.accepted[wide.candidates.ordinals[at]] != 1:
            return own
        opens = columns.position[wide.candidates.ordinals[thread]] == 0
        asked = wide.candidates.similarity[thread[opens]]
        return max(own, OF_THE_QUESTION * float(asked.max(initial=own)))

    def _quoted(self, at: int, post: Post, nearness: float) -> Answer:
        candidates = self.ranking.wide.candidates
        start, end = quoted(post, *self._passage(post, int(candidates.passage[at])))
        title = _title(post, self._titles([post]))
        language = self._language(post)
        if end - start > LONGEST:
            start, end = best_passage(self._asked, post.text, language)
        covered = coverage(self._asked, title, post.text[start:end], language)
        trusted = float(trust(self.ranking.wide.trust[at]))
        return Answer(
            post=post,
            title=title,
            text=post.text[start:end],
            spans=((start, end),),
            confidence=confidence(nearness, covered, trusted),
            why=self._why(post),
        )

    def _expert(
        self,
        person: int,
        score: float,
        speaks: Iterable[int],
        posts: dict[str, Post],
        titles: dict[str, str],
    ) -> Expert:
        shown = [post for at in speaks if (post := posts.get(self._snapshot.ids[at])) is not None]
        own = [post.author for post in shown if post.author is not None]
        numbers = self.people.numbers_of(person).tolist()
        known = [self.people.accounts[at] for at in numbers if self._is_known(at)]
        accounts = tuple(dict.fromkeys((*own, *known)))
        return Expert(
            name=accounts[0].name,
            accounts=accounts,
            score=score,
            why=expert_said(shown),
            evidence=tuple(
                Evidence(post_id=post.post_id, url=post.url, title=_title(post, titles))
                for post in shown
            ),
        )

    def _place(self, odds: Odds) -> Place:
        name = self._snapshot.names.sources[odds.source]
        known = {source.name: source for source in self.settings.source}
        return Place(
            source=name,
            title=known[name].title if name in known else name,
            url=known[name].url if name in known else "",
            answered=odds.answered,
            questions=odds.questions,
            hours=odds.hours,
            why=place_said(odds.answered, odds.questions, odds.hours),
        )


def why_of(post: Post, snapshot: Snapshot, now: datetime) -> tuple[str, ...]:
    """What speaks for a post, as far as the index knows it."""
    ordinal = snapshot.ordinals.get(post.post_id)
    if ordinal is None:
        return why(post, math.nan, math.nan, now)
    columns = snapshot.columns
    return why(post, float(columns.standing[ordinal]), float(columns.record[ordinal]), now)


def _title(post: Post, titles: Mapping[str, str]) -> str:
    """What a post is shown under: its thread's title, else what can be told of itself."""
    return titles[post.thread_id] or title_of(post) or post.url


def title_of(post: Post | None) -> str:
    """The title, or as many first words as may be quoted of a post that has none."""
    if post is None:
        return ""
    if post.title:
        return post.title
    words = " ".join(post.text.replace("```", " ").split())
    longest = min(TITLE, allowed(post.usage))
    if len(words) <= longest:
        return words
    cut = words[:longest].rpartition(" ")[0]
    return f"{cut} …" if cut else post.url
