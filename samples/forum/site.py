"""The forum's rooms and settings: what is told about the site as a whole.

https://docs.discourse.org/#tag/Categories
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.forum.post import POST_TYPE

if TYPE_CHECKING:
    from samples.forum.post import Payload
    from samples.forum.view import View
    from samples.story import Category

EVERYONE = "everyone"
FULL = 1
"""The permission to see, reply and create."""


def category_payload(view: View, category: Category) -> Payload:
    """Return a room; who may enter is told to the key's holder only, who could change it."""
    topics = view.topics_in(category)
    told: Payload = {
        "id": category.id,
        "name": category.name,
        "slug": category.slug,
        "color": "0088CC",
        "text_color": "FFFFFF",
        "topic_count": len(topics),
        "post_count": sum(len(view.stream(t)) for t in topics),
        "position": category.id,
        "description": category.about or None,
        "description_text": category.about or None,
        "description_excerpt": category.about or None,
        "topic_url": None,
        "read_restricted": bool(category.groups),
        "permission": FULL if view.keyed else None,
        "notification_level": 1,
        "has_children": False,
        "subcategory_ids": [],
    }
    return told | (_permissions(view, category) if view.keyed else {})


def site_payload(view: View) -> Payload:
    """Return `/site.json`: what a client needs to know before it asks for anything else."""
    return {
        "default_archetype": "regular",
        "archetypes": [{"id": "regular", "name": "Regular Topic", "options": []}],
        "post_types": {
            {"moderator": "moderator_action", "small": "small_action"}.get(kind, kind): number
            for kind, number in POST_TYPE.items()
        },
        "trust_levels": {"newuser": 0, "basic": 1, "member": 2, "regular": 3, "leader": 4},
        "groups": [{"id": at, "name": name} for at, name in enumerate(_groups(view))],
        "categories": [category_payload(view, c) for c in view.categories],
        "can_create_tag": False,
        "can_tag_topics": False,
        "top_tags": sorted({tag for topic in view.topics for tag in topic.tags}),
    }


def _permissions(view: View, category: Category) -> Payload:
    inside = category.groups or [EVERYONE]
    return {
        "can_edit": True,
        "group_permissions": [{"permission_type": FULL, "group_name": name} for name in inside],
        "available_groups": [name for name in _groups(view) if name not in inside],
    }


def _groups(view: View) -> list[str]:
    """Return the names of all groups that the visitor may know of."""
    named = {name for category in view.categories for name in category.groups}
    return sorted(named | {EVERYONE, "staff"})
