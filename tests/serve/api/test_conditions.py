from workup.clinic.book import by_name


def pages(api, headers, path):
    """All pages of a list, following `next`."""
    cursor = ""
    while cursor is not None:
        found = api.get(f"{path}{cursor}", headers=headers).json()
        yield found["items"]
        cursor = f"&cursor={found['next']}" if found["next"] else None


def test_all_conditions_are_listed_once_in_pages(api, clinician):
    found = list(pages(api, clinician, "/v1/conditions?limit=50"))
    names = [one["name"] for items in found for one in items]
    assert names == sorted(by_name())
    assert {len(items) for items in found[:-1]} == {50}


def test_they_are_found_by_specialty_and_by_a_part_of_any_name(api, clinician):
    of = api.get("/v1/conditions?specialty=Dermatology&limit=200", headers=clinician).json()["items"]
    assert {one["specialty"] for one in of} == {"Dermatology"}
    named = api.get("/v1/conditions?named=PODAGRA", headers=clinician).json()["items"]
    assert [one["name"] for one in named] == ["Gout"]


def test_what_is_no_specialty_is_told_instead_of_an_empty_list(api, clinician):
    found = api.get("/v1/conditions?specialty=Cardiolgy", headers=clinician)
    (fault,) = found.json()["errors"]
    assert (found.status_code, fault["field"]) == (422, "query.specialty")
    assert fault["detail"] == "is no specialty; did you mean 'Cardiology'?"


def test_a_condition_tells_whether_the_model_knows_it(api, clinician):
    gout = api.get("/v1/conditions/podagra", headers=clinician).json()
    assert (gout["name"], gout["known"]) == ("Gout", True)
    assert gout["findings"]
    assert not api.get("/v1/conditions/Croup", headers=clinician).json()["known"]


def test_one_that_is_not_there_is_told_with_the_nearest(api, clinician):
    found = api.get("/v1/conditions/Gouty", headers=clinician)
    assert (found.status_code, "did you mean 'Gout'?" in found.text) == (404, True)


def test_a_cursor_that_is_none_is_refused(api, clinician, operator):
    of_another_list = api.get("/v1/audit?limit=1", headers=operator).json()["next"] or "WzFd"
    for cursor in ("nonsense", "bnVsbA==", of_another_list):
        found = api.get(f"/v1/conditions?cursor={cursor}", headers=clinician)
        assert (found.status_code, found.json()["errors"][0]["field"]) == (422, "query.cursor")
