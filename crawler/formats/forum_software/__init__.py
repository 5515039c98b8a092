"""Forum software, each as a row of `Software`: what its pages look like, as data.

Every selector is of the software's own templates, as they are unless somebody rewrote them.
"""

from __future__ import annotations

from crawler.formats.forum import Software
from crawler.formats.forum_software.askbot import ASKBOT
from crawler.formats.forum_software.discourse import DISCOURSE
from crawler.formats.forum_software.flarum import FLARUM
from crawler.formats.forum_software.mybb import MYBB
from crawler.formats.forum_software.nodebb import NODEBB
from crawler.formats.forum_software.phpbb import PHPBB
from crawler.formats.forum_software.smf import SMF
from crawler.formats.forum_software.vanilla import VANILLA
from crawler.formats.forum_software.vbulletin import VBULLETIN_4, VBULLETIN_5
from crawler.formats.forum_software.xenforo import XENFORO

__all__ = ["FLARUM", "NONE", "SOFTWARE"]

SOFTWARE = (
    DISCOURSE, XENFORO, NODEBB, FLARUM, VBULLETIN_5, VBULLETIN_4, PHPBB, SMF, MYBB, VANILLA, ASKBOT,
)  # fmt: skip
"""From the surest signs to the weakest."""

NONE = Software(
    name="", signs="", thread="(?!)", key="", closed="(?!)", ballast="(?!)", link="",
    post="", mark="", body="",
)  # fmt: skip
"""Pages of no forum: nothing of them is closed, and there is no thread."""
