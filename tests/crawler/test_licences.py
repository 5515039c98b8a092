import pytest

from crawler.licences import licence


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/2.5/legalcode", "CC BY-NC-ND 2.5"),
        ("https://CreativeCommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://example.com/terms", None),
        ("", None),
        (None, None),
    ],
)
def test_a_licence_is_known_by_its_address(address, name):
    assert licence(address) == name
