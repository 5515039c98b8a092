"""Groups of synonyms in the settings."""

import pytest

from contract import parse_settings
from contract.errors import SettingsError


def read(value):
    return parse_settings(f'[index]\nengine = "whoosh"\nsynonyms = {value}\n', {})


def test_groups_are_read_in_their_order():
    settings = read('[["wifi", "wlan", "wireless network"], ["k8s", "kubernetes"]]')
    assert settings.index.synonyms == (
        ("wifi", "wlan", "wireless network"),
        ("k8s", "kubernetes"),
    )


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('[["wifi"]]', '"synonyms[0]" has 1 members; a group needs two at least'),
        ('[["a b", "c"], []]', '"synonyms[1]" has 0 members; a group needs two at least'),
        ('[["wifi", " - "]]', '"synonyms[0]": " - " is no word'),
        (
            '[["wifi", "WiFi "]]',
            '"synonyms[0]": "WiFi " stands in "synonyms[0]" already; name it once',
        ),
        (
            '[["wifi", "wlan"], ["phone", "wlan"]]',
            '"synonyms[1]": "wlan" stands in "synonyms[0]" already; name it once',
        ),
        ('["wifi", "wlan"]', '"synonyms[0]": Expected `array`, got `str`'),
    ],
)
def test_a_group_that_says_nothing_is_refused_with_its_place(value, problem):
    with pytest.raises(SettingsError) as caught:
        read(value)
    assert str(caught.value).splitlines() == [f"line 3: {problem}"]
