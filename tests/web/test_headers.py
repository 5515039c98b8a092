import gzip
from pathlib import Path

import pytest

from web.static_files import FOLDER, static_address

PAGES = ["/", "/search?q=mower", "/thread/qa:1", "/nowhere", "/api/v1/search?q=mower", "/readyz"]


@pytest.mark.parametrize("address", PAGES)
def test_every_reply_carries_the_policy_and_sets_no_cookie(client, address):
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
    assert "total;dur=" in headers["server-timing"]


def test_static_files_may_be_kept_for_good_and_change_their_address_when_they_change(client):
    address = static_address("style.css")
    reply = client.get(address)
    assert "immutable" in reply.headers["cache-control"]
    assert address in client.get("/").text


def test_a_static_file_outside_its_folder_cannot_be_had(client):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"):
        assert client.get(path).status_code == 404


def test_a_page_of_results_weighs_little(client):
    page = gzip.compress(client.get("/search?q=mower").content)
    files = [gzip.compress(path.read_bytes()) for path in Path(FOLDER).iterdir()]
    assert len(page) + sum(map(len, files)) <= 35 * 1024
    assert len(page) <= 15 * 1024


def test_the_sheet_knows_no_left_and_no_right():
    sheet = (FOLDER / "style.css").read_text("utf-8")
    physical = ("margin-left", "margin-right", "padding-left", "padding-right", "text-align: left",
                "text-align: right", "float:", "border-left", "border-right")  # fmt: skip
    assert [word for word in physical if word in sheet] == []
