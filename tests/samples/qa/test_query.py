def test_every_question_is_on_exactly_one_page(call):
    ids, page, more = [], 1, True
    while more:
        answer = call("/questions", pagesize=10, page=page).json()
        ids += [question["question_id"] for question in answer["items"]]
        page, more = page + 1, answer["has_more"]
    assert sorted(ids) == [10, *range(100, 135)]


def test_questions_come_by_activity_and_an_edit_counts_as_one(items):
    newest, *_ = items("/questions")
    assert newest["question_id"] == 10
    oldest, *_ = items("/questions", order="asc")
    assert oldest["question_id"] == 100


def test_min_and_max_bound_what_is_sorted_by(items):
    third = items("/questions", sort="creation", order="asc")[3]["creation_date"]
    window = items("/questions", sort="creation", min=third, max=third)
    assert {q["creation_date"] for q in window} == {third}
    assert len(window) == 3
    assert {q["score"] for q in items("/questions", sort="votes", min=3, max=3)} == {3}


def test_tags_all_have_to_fit(items):
    assert [q["question_id"] for q in items("/questions", tagged="lark;e17")] == [10]
    assert items("/questions", tagged="lark;rill") == []


def test_with_a_key_pages_go_deeper(items):
    assert items("/questions", page=26, key="any") == []


def test_no_more_than_a_hundred_ids_at_once(call):
    ids = ";".join(map(str, range(101)))
    assert call(f"/questions/{ids}").json()["error_message"] == "ids"
