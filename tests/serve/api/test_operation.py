import pytest

from served_app import key, service
from workup.serve.api.schemas import cursor_of
from workup.serve.security.roles import Role


def test_a_key_is_made_used_listed_and_revoked(api, operator):
    given = {"name": "ward 3 workstation", "roles": ["viewer"]}
    made = api.post("/v1/keys", json=given, headers=operator)
    assert made.status_code == 201
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    assert api.get("/v1/models", headers=headers).status_code == 200
    listed = api.get("/v1/keys?limit=200", headers=operator)
    assert made.json()["key"] not in listed.text
    assert given["name"] in [one["name"] for one in listed.json()["items"]]
    assert api.delete(f"/v1/keys/{given['name']}", headers=operator).json()["revoked"]
    assert api.get("/v1/models", headers=headers).status_code == 401
    assert api.delete(f"/v1/keys/{given['name']}", headers=operator).status_code == 404


def test_making_and_revoking_a_key_stand_in_the_audit_with_their_request(api, operator):
    made = api.post("/v1/keys", json={"name": "for a day", "roles": ["viewer"]}, headers=operator)
    gone = api.delete("/v1/keys/for a day", headers=operator)
    for answer, action in ((made, "key created"), (gone, "key revoked")):
        found = api.get(f"/v1/audit?request={answer.headers['X-Request-ID']}", headers=operator).json()
        assert [one["action"] for one in found["items"]] == [action]


def test_a_name_that_is_taken_is_refused(api, operator):
    given = {"name": "night shift", "roles": ["viewer"]}
    assert api.post("/v1/keys", json=given, headers=operator).status_code == 201
    found = api.post("/v1/keys", json=given, headers=operator)
    assert (found.status_code, "already" in found.text) == (422, True)


def test_a_switch_of_one_specialty_is_listed_with_who_and_why(api, operator):
    off = {"off": True, "why": "a rash of errors"}
    turned = api.put("/v1/switches/dermatology", json=off, headers=operator).json()
    assert (turned["scope"], turned["by"]) == ("Dermatology", "a program that is operator")
    listed = api.get("/v1/switches", headers=operator).json()["items"]
    assert {name: turned[name] for name in ("scope", "off", "by", "why", "at")} in listed
    api.put("/v1/switches/dermatology", json={**off, "off": False}, headers=operator)
    found = api.put("/v1/switches/dermatolgy", json=off, headers=operator)
    assert (found.status_code, "did you mean 'Dermatology'?" in found.text) == (404, True)


@pytest.mark.parametrize("off", ["yes", 1, "true", None])
def test_all_answers_are_not_turned_off_by_what_only_looks_like_true(api, operator, off):
    found = api.put("/v1/switches/all", json={"off": off, "why": "a test"}, headers=operator)
    (fault,) = found.json()["errors"]
    assert (found.status_code, fault) == (422, {"field": "off", "detail": "must be true or false"})


@pytest.mark.parametrize("key", [[True], [1.5], ["1"], [-1], [1, 2], [None]])
def test_a_cursor_of_events_is_a_number(api, operator, key):
    cursor = cursor_of(key)
    found = api.get(f"/v1/audit?cursor={cursor}", headers=operator)
    assert (found.status_code, found.json()["errors"][0]["field"]) == (422, "query.cursor")


def test_events_come_newest_first_in_pages_and_by_what_is_asked_for(api, operator):
    first = api.get("/v1/audit?limit=2", headers=operator).json()
    numbers = [one["event"] for one in first["items"]]
    assert numbers == sorted(numbers, reverse=True)
    then = api.get(f"/v1/audit?limit=2&cursor={first['next']}", headers=operator).json()
    assert then["items"][0]["event"] == numbers[-1] - 1
    made = api.get("/v1/audit?action=key created&limit=200", headers=operator).json()["items"]
    assert {one["action"] for one in made} == {"key created"}
    assert api.get(f"/v1/audit/{numbers[0]}", headers=operator).json()["event"] == numbers[0]
    assert api.get("/v1/audit/2147483647", headers=operator).status_code == 404


def test_the_text_of_a_case_is_shown_to_who_is_a_clinician_too(api, clinician, operator):
    asked = {"text": "M 61, left big toe red, hot and swollen since the night."}
    event = api.post("/v1/assessments", json=asked, headers=clinician).json()["event"]
    both = key(api, Role.CLINICIAN, Role.OPERATOR)

    def details(headers):
        found = api.get("/v1/audit?action=assess&limit=1", headers=headers).json()["items"][0]
        assert found["details"] == api.get(f"/v1/audit/{event}", headers=headers).json()["details"]
        return found["details"]

    assert details(both)["given"] == asked["text"]
    assert details(operator) == {name: told for name, told in details(both).items() if name != "given"}


def test_the_chain_is_followed_to_its_head(api, operator):
    told = api.get("/v1/audit/verification", headers=operator).json()
    assert (told["whole"], told["broken"]) == (True, None)
    again = api.get(f"/v1/audit/verification?known={told['head']}", headers=operator).json()
    assert again["whole"]
    assert not api.get(f"/v1/audit/verification?known={'0' * 64}", headers=operator).json()["whole"]


def test_numbers_for_prometheus_tell_of_answers_and_no_word_of_a_case(api, clinician, operator):
    asked = {"text": "M 61, crushing central chest pain into the left arm for an hour, Zaphod sweating."}
    api.post("/v1/assessments", json=asked, headers=clinician)
    told = api.get("/metrics", headers=operator)
    assert told.headers["content-type"].startswith("text/plain")
    held = service(api).models.all()[0]
    assert f'workup_model_info{{checksum="{held.checksum}",version="{held.name}"}} 1.0' in told.text
    assert 'workup_requests_total{method="POST",route="/v1/assessments",status="200"}' in told.text
    assert 'workup_red_flags_total{level="emergency"' in told.text
    assert "workup_batch_cases_bucket" in told.text
    assert f'workup_answers_total{{outcome="answered",version="{held.name}"}}' in told.text
    assert "Zaphod" not in told.text


def test_addresses_that_callers_make_up_do_not_fill_the_numbers(api, operator):
    api.get("/made/up/zaphod")
    api.get("/v1/conditions/zaphod", headers=operator)
    told = api.get("/metrics", headers=operator).text
    assert "zaphod" not in told
    assert 'route="/v1/conditions/{name}"' in told


def test_health_is_told_to_all(api):
    assert api.get("/v2/health/live").json() == {"live": True}
    ready = api.get("/v2/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "why": []})
