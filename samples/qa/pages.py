"""The question-and-answer site as people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from samples.avatar import avatar
from samples.layout import Layout
from samples.prose import cook, slug
from samples.qa.item import active_at, live, name_of_nobody, question_path, user_path

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from samples.qa.catalogue import Catalogue
    from samples.story import Comment, QaPost, QaThread


class Pages:
    """Questions with their answers, users, and the short addresses that lead to them."""

    def __init__(self, catalogue: Catalogue, site: str) -> None:
        self.catalogue = catalogue
        self.cast = catalogue.items.cast
        self.layout = Layout("Meadowlark Q&A", site, "#b3541e")

    def routes(self) -> list[Route]:
        """Return every page."""
        question = "/questions/{question:int}"
        return [
            Route("/", self.home),
            Route("/questions", self.home),
            Route(question, self.question),
            Route(f"{question}/{{slug}}", self.question),
            Route(f"{question}/{{slug}}/{{answer:int}}", self.to_answer),
            Route("/q/{question:int}", self.question),
            Route("/a/{answer:int}", self.to_answer),
            Route("/users/{user:int}", self.user),
            Route("/users/{user:int}/{slug}", self.user),
            Route("/avatars/{name}.svg", avatar),
            self.layout.style(),
            Route("/{rest:path}", self.layout.nowhere),
        ]

    async def home(self, request: Request) -> Response:
        """Show all questions, the most recently active first."""
        threads = sorted(self.catalogue.threads.values(), key=active_at, reverse=True)
        rows = [(thread, question_path(thread), live(thread)) for thread in threads]
        return self.layout.show("qa/home.html", "Newest questions", path="/questions", rows=rows)

    async def question(self, request: Request) -> Response:
        """Show a question, the accepted answer first, then the best liked; wrong slugs lead on."""
        thread = self.catalogue.threads.get(request.path_params["question"])
        if thread is None:
            return self.layout.missing()
        path = question_path(thread)
        if request.path_params.get("slug") != slug(thread.title):
            return RedirectResponse(path, 301)
        head, *answers = live(thread)
        answers.sort(key=lambda post: (not post.accepted, post.down - post.up, post.at))
        return self.layout.show(
            "qa/question.html",
            thread.title,
            path=path,
            changed=active_at(thread),
            thread=thread,
            posts=[head, *answers],
            author=self._author,
            cook=cook,
        )

    async def user(self, request: Request) -> Response:
        """Show a user and what they wrote."""
        wanted = request.path_params["user"]
        for member in self.cast.members.values():
            if member.account.id == wanted:
                return self.layout.show(
                    "qa/user.html",
                    member.person.name,
                    path=user_path(member),
                    person=member.person,
                    wrote=self._written_by(member.person.key),
                    home=self.catalogue.items.home(member.person),
                )
        return self.layout.missing()

    async def to_answer(self, request: Request) -> Response:
        """Lead on to the answer's place on its question's page."""
        answer = self.catalogue.answers.get(request.path_params["answer"])
        if answer is None:
            return self.layout.missing()
        thread = self.catalogue.threads[answer["question_id"]]
        return RedirectResponse(f"{question_path(thread)}#{answer['answer_id']}", 302)

    def _written_by(self, key: str) -> list[tuple[QaThread, str, QaPost]]:
        return [
            (thread, question_path(thread), post)
            for thread in self.catalogue.threads.values()
            for post in live(thread)
            if post.by == key
        ]

    def _author(self, piece: QaPost | Comment) -> tuple[str, str]:
        """Return name and address of who wrote it; the address is empty once they are gone."""
        if not piece.by:
            return name_of_nobody(piece.id), ""
        member = self.cast.member(piece.by)
        return member.person.name, user_path(member)
