def test_the_key_opens_the_restricted_room_and_says_who_may_enter(told, all_topics, key):
    rooms = told("/categories.json", key)["category_list"]["categories"]
    inside = {room["slug"]: room for room in rooms}["insiders"]
    assert inside["read_restricted"] is True
    assert inside["group_permissions"] == [{"permission_type": 1, "group_name": "testers"}]
    assert told("/c/2/show.json", key)["category"] == inside
    assert "group_permissions" not in told("/c/1/show.json")["category"]
    assert 3 in [t["id"] for t in all_topics("/c/insiders/2.json", key)]
