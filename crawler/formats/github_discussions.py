"""Discussions as GitHub's GraphQL shows them: what is asked for, and the shape of the answers.

Schema: https://docs.github.com/graphql/guides/using-the-graphql-api-for-discussions
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  msgspec reads it from the annotations

import msgspec

from crawler.formats import github

COMMENT = """
fragment about on Discussion {
  id category { name isAnswerable } repository { nameWithOwner isPrivate }
}
fragment comment on DiscussionComment {
  __typename id ...said url upvoteCount isAnswer deletedAt
  replyTo { id } discussion { ...about } counted: replies { totalCount }
}"""
DISCUSSION = """
fragment discussion on Discussion {
  __typename ...about ...said url title updatedAt closed stateReason upvoteCount
  labels(first: 20) { nodes { name } } counted: comments { totalCount }
}"""
PAGE_OF_REPLIES = """
fragment replies on DiscussionCommentConnection {
  pageInfo { hasNextPage endCursor } nodes { ...comment }
}"""
PAGE_OF_COMMENTS = """
fragment comments on DiscussionCommentConnection {
  pageInfo { hasNextPage endCursor }
  nodes { ...comment replies(first: 20) { ...replies } }
}"""

REPLIES = f"""query($id: ID!, $after: String) {{
  node(id: $id) {{
    ... on DiscussionComment {{ replies(first: 100, after: $after) {{ ...replies }} }}
  }}
}}{PAGE_OF_REPLIES}{COMMENT}{github.SAID}"""
COMMENTS = f"""query($id: ID!, $after: String) {{
  node(id: $id) {{ ... on Discussion {{ comments(first: 50, after: $after) {{ ...comments }} }} }}
}}{PAGE_OF_COMMENTS}{PAGE_OF_REPLIES}{COMMENT}{github.SAID}"""
LIST = f"""query($owner: String!, $name: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussions(first: 10, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ ...discussion comments(first: 50) {{ ...comments }} }}
    }}
  }}
}}{DISCUSSION}{PAGE_OF_COMMENTS}{PAGE_OF_REPLIES}{COMMENT}{github.SAID}"""
NODES = f"""query($ids: [ID!]!) {{
  nodes(ids: $ids) {{ ...discussion ...comment }}
}}{DISCUSSION}{COMMENT}{github.SAID}"""


class Category(msgspec.Struct, rename="camel"):
    """A room; in some the first post asks, and one comment may be the answer."""

    name: str
    is_answerable: bool = False


class Repository(msgspec.Struct, rename="camel"):
    """Where a discussion stands."""

    name_with_owner: str
    is_private: bool = False


class About(msgspec.Struct):
    """What every post must know of its discussion."""

    id: str
    category: Category
    repository: Repository


class _Id(msgspec.Struct):
    id: str


class Comment(
    github.Said, rename="camel", kw_only=True, tag_field="__typename", tag="DiscussionComment"
):
    """A comment to a discussion, or a reply to one (`reply_to`)."""

    id: str
    discussion: About
    upvote_count: int | None = None
    is_answer: bool = False
    deleted_at: datetime | None = None
    reply_to: _Id | None = None
    counted: github.Count | None = None
    replies: Comments | None = None


class Comments(msgspec.Struct, rename="camel"):
    """A page of comments or replies."""

    nodes: list[Comment | None]
    page_info: github.PageInfo


class Discussion(
    github.Said, rename="camel", kw_only=True, tag_field="__typename", tag="Discussion"
):
    """The post that opens a discussion; in a list, with its first comments."""

    id: str
    category: Category
    repository: Repository
    title: str
    updated_at: datetime
    closed: bool = False
    state_reason: str | None = None
    upvote_count: int | None = None
    labels: github.Labels | None = None
    counted: github.Count | None = None
    comments: Comments | None = None


class Discussions(msgspec.Struct, rename="camel"):
    """A page of discussions."""

    nodes: list[Discussion | None]
    page_info: github.PageInfo


class _Listed(msgspec.Struct):
    discussions: Discussions


class _List(msgspec.Struct):
    repository: _Listed | None


class Further(msgspec.Struct):
    """One of the two."""

    comments: Comments | None = None
    replies: Comments | None = None


class _Node(msgspec.Struct):
    node: Further | None


class _Nodes(msgspec.Struct):
    nodes: list[Discussion | Comment | None]


class ListAnswer(msgspec.Struct):
    """A page of discussions."""

    data: _List


class NodeAnswer(msgspec.Struct):
    """Later comments of a discussion, or later replies to a comment."""

    data: _Node


class NodesAnswer(msgspec.Struct):
    """Posts by their ids."""

    data: _Nodes
