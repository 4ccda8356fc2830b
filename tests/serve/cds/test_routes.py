import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from cds_client import ISSUER, STRANGER, token
from served_app import service, serving
from workup.learning.tables import Item
from workup.serve import switches
from workup.serve.store.tables import Card, Event

ORIGIN = "https://ehr.example.org"
BASE = "http://127.0.0.1:8000/cds-services"
VIEW, SELECT = "differential-patient-view", "differential-order-select"
RESOURCES = [
    entry["resource"] for entry in json.loads(Path("examples/cds-hooks/patient.json").read_text())["entry"]
]


@pytest.fixture(scope="module")
def client(clinic_run, tmp_path_factory):
    with serving(clinic_run, tmp_path_factory.mktemp("cds"), cors_origins=(ORIGIN,)) as found:
        yield found


def signed(path, **changes):
    given = {"aud": f"{BASE}/{path}", **changes}
    return {"Authorization": f"Bearer {token(**given)}"}


def request(hook="patient-view", resources=RESOURCES):
    def of(kind):
        return {
            "resourceType": "Bundle",
            "entry": [{"resource": one} for one in resources if one["resourceType"] == kind],
        }

    return {
        "hook": hook,
        "hookInstance": str(uuid4()),
        "fhirServer": "https://ehr.example.org/fhir",
        "context": {"userId": "Practitioner/1", "patientId": "example-1"},
        "prefetch": {
            "patient": resources[0],
            "conditions": of("Condition"),
            "observations": of("Observation"),
        },
    }


def call(client, body=None, path=VIEW, headers=None):
    return client.post(f"/cds-services/{path}", json=body or request(), headers=headers or signed(path))


def tell(client, *said, **changes):
    path = f"{VIEW}/feedback"
    return client.post(
        f"/cds-services/{path}", json={"feedback": list(said)}, headers=signed(path, **changes)
    )


def said(card, outcome, **more):
    now = datetime.now(UTC).isoformat()
    return {"card": card["uuid"], "outcome": outcome, "outcomeTimestamp": now, **more}


def information(client):
    return next(card for card in call(client).json()["cards"] if card["indicator"] == "info")


def events(client, action):
    with service(client).database.reading() as session:
        return list(session.scalars(select(Event).where(Event.action == action).order_by(Event.id)))


def test_discovery_is_open_and_tells_what_to_prefetch(client):
    answer = client.get("/cds-services")
    assert answer.status_code == 200
    services = {one["id"]: one for one in answer.json()["services"]}
    assert {one["hook"] for one in services.values()} == {"patient-view", "order-select"}
    for one in services.values():
        assert {"hook", "title", "description", "id", "prefetch"} == one.keys()
        assert one["prefetch"]["patient"] == "Patient/{{context.patientId}}"


def test_a_call_gives_cards(client):
    answer = call(client)
    assert answer.status_code == 200
    cards = answer.json()["cards"]
    assert any("Gout" in card["summary"] for card in cards)
    assert {card["indicator"] for card in cards} <= {"info", "warning"}


def test_an_order_gets_the_same_cards(client):
    body = request("order-select")
    body["context"] |= {"selections": ["ServiceRequest/1"], "draftOrders": {"resourceType": "Bundle"}}
    answer = call(client, body, SELECT, signed(SELECT))
    assert any("Gout" in card["summary"] for card in answer.json()["cards"])


def test_a_client_is_the_caller_in_the_audit_and_the_user_is_named(client):
    body = request()
    call(client, body)
    event = events(client, "assess")[-1]
    assert event.caller == f"cds:{ISSUER}"
    assert (event.told["userId"], event.told["hookInstance"]) == ("Practitioner/1", body["hookInstance"])


def test_where_there_is_nothing_to_say_there_are_no_cards(client):
    body = request(resources=RESOURCES[:1])
    assert call(client, body).json()["cards"] == []


def test_every_answer_says_what_answered_and_where_the_audit_has_it(client):
    answer = call(client, request(resources=RESOURCES[:1]))
    event = events(client, "assess")[-1]
    assert answer.json()["extension"]["workup"] == {
        "request": answer.headers["X-Request-ID"],
        "event": event.id,
        "version": event.version,
        "checksum": event.checksum,
    }
    assert event.version


def test_a_finding_of_years_ago_raises_no_alarm_in_an_encounter_of_today(client):
    body = request(resources=RESOURCES[:1])
    old = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/example-1"},
        "encounter": {"reference": "Encounter/old"},
        "effectiveDateTime": "2005-01-01",
        "code": {"text": "Potassium"},
        "valueQuantity": {"value": 7.9, "unit": "mmol/L"},
    }
    body["context"]["encounterId"] = "now"
    body["prefetch"]["observations"]["entry"] = [{"resource": old}]
    body["prefetch"]["encounter"] = {
        "resourceType": "Encounter",
        "id": "now",
        "subject": {"reference": "Patient/example-1"},
        "period": {"start": datetime.now(UTC).isoformat()},
    }
    assert call(client, body).json()["cards"] == []
    told = events(client, "assess")[-1].told
    assert "Potassium" not in told["given"]
    assert "1 finding or report" in told["remarks"][0]
    del old["effectiveDateTime"], old["encounter"]
    assert "potassium" in call(client, body).json()["cards"][0]["summary"]


def test_a_switch_leaves_the_red_flags(client):
    database = service(client).database
    with database.session() as session:
        switches.set(session, "all", True, "a test", "a drill", "request")
    try:
        cards = call(client).json()["cards"]
    finally:
        with database.session() as session:
            switches.set(session, "all", False, "a test", "it is over", "request")
    assert not any("Gout" in card["summary"] for card in cards)
    assert not any(card["indicator"] == "info" for card in cards)


def test_data_that_is_missing_is_a_failed_precondition(client):
    body = request()
    del body["prefetch"]["observations"]
    answer = call(client, body)
    assert answer.status_code == 412
    assert [fault["field"] for fault in answer.json()["errors"]] == ["prefetch.observations"]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: {"X-Other": "x"}, "a signed token of a trusted client is missing"),
        (lambda: {"Authorization": "Bearer wk_abc_def"}, "is no JSON Web Token"),
        (lambda: signed(VIEW, key=STRANGER), "does not verify"),
        (lambda: signed(SELECT), "is not for this service"),
        (lambda: signed(VIEW, exp=int(time.time()) - 100), "has expired"),
        (lambda: signed(VIEW, iss="https://other.example.org"), "no trusted client"),
    ],
)
def test_who_is_not_a_trusted_client_is_refused(client, made, why, caplog):
    headers = made()  # only now: a token lasts five minutes, and the whole suite longer
    answer = call(client, headers=headers)
    assert answer.status_code == 401
    assert why in answer.json()["detail"]
    assert f"request {answer.headers['X-Request-ID']}: refused, " in caplog.messages[-1]
    assert caplog.messages[-1].endswith(answer.json()["detail"])
    assert headers.get("Authorization", "nothing")[-20:] not in caplog.text


def test_a_token_cannot_be_used_again(client, caplog):
    headers = signed(VIEW)
    assert call(client, headers=headers).status_code == 200
    again = call(client, headers=headers)
    assert again.status_code == 401
    assert "was used before" in again.json()["detail"]
    assert f"refused, issuer '{ISSUER}': the token was used before" in caplog.messages[-1]


def test_an_unknown_service_is_named_with_the_nearest(client):
    answer = call(client, path="differential-patient-vew")
    assert answer.status_code == 404
    assert f"did you mean '{VIEW}'?" in answer.json()["detail"]


def test_a_browser_of_a_trusted_origin_may_call(client):
    wanted = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    wanted["Access-Control-Request-Headers"] = "authorization,content-type"
    answer = client.options(f"/cds-services/{VIEW}", headers=wanted)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    other = client.options(f"/cds-services/{VIEW}", headers={**wanted, "Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_what_became_of_a_card_waits_for_review_and_stands_in_the_audit(client):
    card = information(client)
    suggestion = card["suggestions"][0]["uuid"]
    answer = tell(client, said(card, "accepted", acceptedSuggestions=[{"id": suggestion}]))
    assert answer.status_code == 200
    assert answer.json() == {"received": 1, "quarantined": 1}
    with service(client).database.reading() as session:
        (item,) = session.scalars(select(Item))
    assert (item.kind, item.diagnosis, item.sender) == ("accepted", "Gout", f"cds:{ISSUER}")
    assert item.received == item.intake.at
    told = events(client, "card feedback")[-1].told
    assert (told["card"], told["outcome"]) == (card["uuid"], "accepted")


def test_a_reason_of_the_client_s_own_is_not_in_the_audit_word_for_word(client):
    override = {"reason": {"code": "Patient John Smith MRN 123456", "system": "x"}}
    assert tell(client, said(information(client), "overridden", overrideReason=override)).status_code == 200
    event = events(client, "card feedback")[-1]
    assert event.told["reason"] == "other"
    assert "Smith" not in event.details


def test_when_a_case_was_received_is_our_own_word_and_a_time_before_the_card_is_refused(client):
    card = information(client)
    early = said(card, "overridden", outcomeTimestamp="0001-01-01T00:00:00+14:00")
    answer = tell(client, early)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "feedback.0.outcomeTimestamp"
    future = tell(client, said(card, "overridden", outcomeTimestamp="9999-12-31T23:59:59-12:00"))
    assert future.status_code == 422


def test_feedback_that_is_sent_twice_is_one_case(client):
    card = information(client)
    override = {"reason": {"code": "none-of-these"}, "userComment": "Mr Smith had a fracture."}
    one = said(card, "overridden", overrideReason=override)
    assert tell(client, one).json()["received"] == 1
    assert tell(client, one).json() == {"received": 1, "quarantined": 0}
    assert "Smith" not in events(client, "card feedback")[-1].details


def test_a_card_set_aside_is_only_written_down(client):
    before = len(events(client, "card feedback"))
    assert tell(client, said(information(client), "overridden")).json() == {"received": 1, "quarantined": 0}
    assert len(events(client, "card feedback")) == before + 1


def test_of_feedback_with_a_fault_nothing_is_kept(client):
    before = len(events(client, "card feedback"))
    good = said(information(client), "overridden")
    bad = said({"uuid": str(uuid4())}, "overridden")
    answer = tell(client, good, bad)
    assert answer.status_code == 404
    assert [fault["field"] for fault in answer.json()["errors"]] == ["feedback.1.card"]
    assert len(events(client, "card feedback")) == before


def test_a_card_of_another_client_is_as_good_as_none(client):
    card = information(client)
    with service(client).database.session() as session:
        session.get_one(Card, card["uuid"]).issuer = "https://other.example.org"
    assert tell(client, said(card, "overridden")).status_code == 404


def test_a_card_ends_after_the_days_of_the_setting_and_feedback_on_it_says_so(client):
    card, other = information(client), information(client)
    with service(client).database.session() as session:
        stored = session.get_one(Card, card["uuid"])
        assert timedelta(days=29) < stored.expires - datetime.now(UTC) < timedelta(days=30)
        stored.expires = datetime.now(UTC) - timedelta(seconds=1)
    answer = tell(client, said(other, "overridden"), said(card, "overridden"))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    (fault,) = answer.json()["errors"]
    assert (fault["field"], "too long ago" in fault["detail"]) == ("feedback.1.card", True)
    assert tell(client, said(other, "overridden")).json()["received"] == 1


def test_cards_whose_time_is_over_go_with_the_next_ones(client):
    with service(client).database.session() as session:
        session.execute(update(Card).values(expires=datetime.now(UTC) - timedelta(seconds=1)))
    given = {card["uuid"] for card in call(client).json()["cards"]}
    with service(client).database.reading() as session:
        assert {*session.scalars(select(Card.uuid))} == given


def test_feedback_needs_a_token_too(client):
    assert tell(client, said({"uuid": str(uuid4())}, "overridden"), key=STRANGER).status_code == 401
