import inspect
import re

import pytest

from contract import errors
from contract.errors import AskaroundError, SourceError

LEAVES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, AskaroundError)
]


def drawn():
    """Name and parent of each error, as the tree in the docstring shows them."""
    found, path = {}, []
    for line in errors.__doc__.splitlines():
        if node := re.match(r"    ([│├└─ ]*)(\w+Error)\b", line):
            depth = len(node[1]) // 4
            path[depth:] = [node[2]]
            found[node[2]] = path[depth - 1] if depth else None
    return found


def test_the_tree_in_the_docstring_is_the_tree_in_the_code():
    real = {
        kind.__name__: None if kind is AskaroundError else kind.__mro__[1].__name__
        for kind in LEAVES
    }
    assert drawn() == real


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_says_in_one_sentence_what_to_do(kind):
    hint = kind("something happened").hint
    assert "hint" in vars(kind)
    assert re.fullmatch(r"[A-Z`\w].*[.]", hint)
    assert "\n" not in hint


def test_a_hint_of_its_own_replaces_the_usual_one():
    error = SourceError("qa: the quota is used up", hint="Wait until tomorrow.")
    assert (str(error), error.hint) == ("qa: the quota is used up", "Wait until tomorrow.")
    assert SourceError("another").hint == SourceError.hint
