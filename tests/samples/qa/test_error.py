import pytest


@pytest.mark.parametrize(
    ("path", "error_id", "name", "message"),
    [
        ("/questions", 400, "bad_parameter", "site is required"),
        ("/questions?site=nowhere", 400, "bad_parameter", "No site found for name `nowhere`"),
        ("/questions?site=meadowlark&pagesize=101", 400, "bad_parameter", "pagesize"),
        ("/questions?site=meadowlark&page=0", 400, "bad_parameter", "page"),
        ("/questions?site=meadowlark&sort=luck", 400, "bad_parameter", "sort"),
        ("/questions?site=meadowlark&min=monday", 400, "bad_parameter", "min"),
        ("/questions?site=meadowlark&filter=!x", 400, "bad_parameter", "Invalid filter specified"),
        ("/filters/create?include=question.luck", 400, "bad_parameter", "question.luck"),
        ("/questions?site=meadowlark&page=26", 403, "access_denied", "page above 25"),
        ("/questions/ten?site=meadowlark", 404, "no_method", "no method found"),
        ("/sites", 404, "no_method", "no method found"),
    ],
)
def test_errors_have_the_form_of_the_api(qa_site, path, error_id, name, message):
    answer = qa_site.get(f"/2.3{path}")
    assert answer.status_code == 400
    told = answer.json()
    assert (told["error_id"], told["error_name"]) == (error_id, name)
    assert message in told["error_message"]
