import datetime
import json
import re
import time
from pathlib import Path

import pytest
import typer
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from workup.cli.deidentify import deidentify as verb
from workup.clinic.cases import rows
from workup.clinic.deidentify import KINDS, LIMITS, deidentify
from workup.clinic.deidentify.measure import measure, read_marked
from workup.clinic.deidentify.rows import Report, deidentified, deidentify_row
from workup.data.rows import BadRow, Row
from workup.errors import DataError

NOTES = yaml.safe_load((Path(__file__).parent / "deidentify_notes.yaml").read_text(encoding="utf-8"))
PLAIN = [read_marked(note["text"])[0] for half in NOTES.values() for note in half]
WORDS = sorted({word for text in PLAIN for word in text.split()})

# What stands in braces must be replaced by a placeholder of the kind, and nothing else may change.
FOUND = {
    "NAME": [
        "Mr {Okafor} was seen",
        "Mrs. {Gonzalez} was seen",
        "Dr {Murphy} found a Murphy sign",
        "Prof {van der Berg} agrees",
        "Miss {May} has a rash",
        "Mr {Will Gray} will return",
        "mrs {gonzalez} rang again",
        "Patient {John Smith} fell",
        "pt: {Dmitri Petrov}, 40",
        "a boy named {Kwabena}",
        "lives with his daughter {Anna}",
        "signed by {K. Osei}",
        "Name: {GRAY, Rosemary}",
        "GP: {Delacroix}",
        "cc: {Adeyemi}",
        "{Maria Gonzalez} was seen",
        "{Maria\nGonzalez} was seen",
        "Then {Agnieszka Kowalska} came",
        "{Rose Okafor} has pain",
        "{J. Okafor}, on call",
        "{Jean-Pierre Lacombe} coughs",
        "{Siobhán O'Connor} coughs",
        "Yours sincerely,\n{Helen Whitcombe}",
        "{Thandiwe Mokoena}, RN",
        "Mr {Tanaka} ate. {Tanaka} slept.",
        "Crew {Dawes}/{Mbeki}",
        "dr {banerjee}'s office, mr {quilliver}'s INR",
        "nurse {collins} and sister {anna} came",
        "Sister {Maloney} and Sr {Brophy} knew",
        "{MULHERN}, 66F, fell",
        "{Mulhern}, 66F, fell",
        "{MULHERN, Breda} attended",
        "{Smith, John} fell",
        "{SMITH, JOHN} 58M",
        "wrong for {smith, john}, 58",
        "fever, {o'brien, siobhan}",
        "Then {L. Quarrington}, registrar, came",
        "Present: {Ngozi} (daughter)",
        "Settled.\n- {J. Smith} RN",
        "Settled.\nTa, {Priya}",
        "Dictated: {H Larsson} MD",
        "d/w {Okoro}, seen w/ {Brannigan}",
        "his wife {Dot}, who drives",
        "stays with {Mark}.",
        "{Obuya} in bay 3 slept",
        "{sheila} rang again",
        "initials {T.W.} only",
        "Mr {Eustace Pemberton} ate",
    ],
    "DATE": [
        "seen {12/03/2024} and well",
        "seen {3 March 2024}.",
        "on {March 3rd} he fell",
        "on {March 3, 2024} he fell",
        "scan {2024-03-12} normal",
        "scan {12.3.24} normal",
        "rash on {5/6} again",
        "admitted {28/2}",
        "DOB {7-8-1979}",
        "the {3rd of May}",
        "the {third of May}",
        "from {3 to 5 March}",
        "{12-Mar-2024}",
        "{12Mar2024}",
        "stamp {2024-03-12T10:15:00Z}",
        "since {March 2024}",
        "since {03/2024}",
        "rang {03/12} at noon",
        "between {01/02/24}-{03/02/24}",
        "on {4 january} at night",
        "on Monday {6th}, Thurs {14/6}",
        "review on the {14th}.",
        "yours of {14th inst}",
        "{14/6} seen in clinic",
        "slept till {14/6} 10:15",
        "bloods {5/6} normal",
        "on {3/5-10/5} away",
        "{2023-Sep-05}",
        "{05MAR2024}",
        "{5/Mar/2024}",
        "{Sept '23}",
        "DOB {05 03 1961}",
    ],
    "AGE": [
        "a {91}-year-old woman",
        "{94}F with a fall",
        "{101} yo man",
        "aged {95}",
        "M {92}, falls",
        "Age: {90}",
        "a {ninety-two} year old",
        "her {93}rd birthday",
        "{95}/F with a fall",
        "F/{95} with a fall",
        "his wife, who is {92}.",
    ],
    "PHONE": [
        "ring {07700 900461} please",
        "from {+44 7911 123456} at 9",
        "or {(419) 555-0182}",
        "or {419-555-0183}",
        "Tel: {020 7946 0018}",
        "call back on {555-0134}",
        "bleep {4471}",
        "ext. {2204}",
        "{06 12 34 56 78}",
        "or {01 234 5678}",
        "or {(03) 9123 4567}",
        "or {0412.345.678}",
        "or {98450 12345}",
        "or {030/1234567}",
        "or {0803-555-0147}",
        "ring back before five, {555 0147}",
        "clerk (x{5521})",
    ],
    "EMAIL": [
        "write to {kasia.nowak84@mailbox.example}, please",
        "<{a_b+c@d-e.co.uk}>",
        "{a.user(at)mail.example}",
        "{jo at mail dot com}",
    ],
    "ADDRESS": [
        "of {14 Larkspur Road, Leeds LS6 2QT}, fell",
        "at {4410 Westbrook Avenue, Apt 5C, Denver, CO 80205}.",
        "at {22b Mill Lane}, alone",
        "lives in {Bradford} with",
        "from {Toledo}, Ohio",
        "seen at {St Mary's Hospital} today",
        "{Oakfield Surgery} refers",
        "in {Springfield, IL 62704} now",
        "ZIP {02139}",
        "near {M13 9WL}",
        "{Hauptstraße 5}",
        "{12 rue des Lilas, Lyon}",
        "{PO Box 1182}",
        "{44 Cobbler's Row}",
        "{Church Lane, Ludlow SY8 1AP}",
        "at {14 mill road} alone",
        "at {Unit 3, 14 Pacific Highway}",
        "lost in {Aberystwyth} twice",
        "SNF in {Fresno}.",
        "lives in {Glasgow}",
        "lives in {bradford}",
        "in {Bath} today",
        "{St Brendan's University Hospital}",
        "{Willowbrook Infants}",
        "{Harrowell yard}, closed",
        "{HMP Wandsworth}",
        "{D08 X5N2}",
        "{M5V 2T6}",
        "{Subiaco WA 6008}",
        "{Pune 411 001}",
        "Ohio {43604}",
    ],
    "ID": [
        "MRN {00482915}",
        "MRN: {K-209981}",
        "(MRN {4711-22}) has cough",
        "MRN: {4711-22}",
        "MRN [{4711-22}]",
        "NHS {120-4711}",
        "SSN {219-09-9999}",
        "NHS number {943 476 5919}",
        "policy no. {BCX-4471902}",
        "account number {31926819}",
        "driver's license: {D4418902}",
        "device serial no {PJN442918S}",
        "reg {BD51 SMR} at scene",
        "code {7730156123} given",
        "passport no {N8834120}",
        "instagram {@maria_g84}",
        "device address {00:1A:2B:3C:4D:5E}",
        "policy {PL/2231/22}",
        "lot {88214-AX} used",
        "specimen {S23-0049183} sent",
        "clinic no {17-0453}",
        "form no. {221907}",
        "card ending {4410}",
        "key safe {4471}",
        "subject {BRX-014-0028}",
        "NI number {QQ 12 34 56 C}",
        "licence {SMITH 651127 E99LN}",
        "Medicare {2123 45678 1}",
        "Aadhaar {2345 6789 0123}",
        "plate {UAX 431K}",
        "posts as {@kier_walks92}",
    ],
    "URL": ["see {https://portal.example.com/in?id=8}.", "see {www.clinic.test/p}", "see {oakfield.nhs.uk}"],
    "IP": ["from {192.168.14.77} today"],
}

LEFT = [
    "BP 148/92, HR 104",
    "pain for 2/7, 3/7 hx, 2/24, 4/52 and 6/12",
    "5/5 strength, power 4/5 on 3/5 days",
    "1-2 weeks",
    "20/40 vision, VA 6/6 and 6/12",
    "CRP 67 mg/L, Plt 250 10*9/L, WBC 6.2 x10^9/L",
    "morphine 5-10 mg, co-careldopa 25/100",
    "L4/5 disc, C5/6, V1-V4",
    "G2P1 at 32+4, G3 P2-0-1",
    "T2N1M0, HbA1c 7.5, B12 180, CD5/19/23+",
    "ANA 1:640, ratio 3:1, 10-20 %, sats 94%, T 98F, temp up to 101 F",
    "ICD I21.9, E11.65 and M05.79",
    "Murphy sign, McBurney point, Babinski down, Kernig and Brudzinski negative",
    "Crohn, Graves, Addison, Parkinson disease, Hodgkin lymphoma, Raynaud, Virchow node, Courvoisier sign",
    "Lachman, Thompson test, Phalen, Tinel, Dix-Hallpike, Kussmaul breathing, Weber and Rinne",
    "mother Hashimoto, father Crohn, sister Down syndrome",
    "Seen on Tuesday; worse since March. Review in May or June.",
    "89-year-old man, aged 72, 45F, 7 y/o",
    "Will need review. Mark the site. Gray stool. Rose spots. May improve. Grace period.",
    "from India and Ghana, moved to France, from Ohio",
    "Metformin, Tylenol, Eliquis, Amoxicillin with Warfarin",
    "Holter, Doppler, Gram stain, Wood lamp, Coombs test",
    "Patient denies pain. Patient Reports cough. Pt Stable.",
    "Dr to review. The doctor said so. MS since 2010, 138 ms OD",
    "P. falciparum, E. coli, S. Aureus, H. Pylori",
    "viral load 1250000 copies/mL, hCG 1,250,000",
    "ref range 135-145, lot of pain, case of 2, bed 12, call at 14:30, group 2",
    "OCT 5 normal, in May 5 mg, dec 3 tabs, MAR 12 doses",
    "Cataract Surgery, Fracture Clinic, Primary School, at home",
    "ECG: ST elevation. Re: Chest Pain. CC: Fever. Dear Doctor,",
    "feels like a ninety-year-old at 48; 100 pack years",
    "eGFR >90 mL/min/1.73 m2, SpO2 91 on 2 L, HR 92, RR 99",
    "dr says wait; dr to review; nurse rang; sister has asthma; mum had a stroke",
    "COPD, 71M. NSTEMI, 64F, stable. Wound, 71 days.",
    "Discussed with Haem, registrar to call. Cardiology says no. Ward called. Night SHO",
    "Keppra was stopped, Flixotide 50. D/w Micro. with Augmentin, by Physio",
    "CRP: 58 mg/L. Procalcitonin: 1 ng/mL. S. Pneumoniae",
    "on the 9th centile, the 5th toe, on the 2nd day",
    "4/5 power\n6/9 right\n18/12 M\n3/7 hx, BiPAP 14/6, pain 7/10 at 08:00",
    "she is 94 on RA; turned 90 degrees; M95, F95",
    "Glasgow coma scale 14, Bristol stool 4, Ottawa ankle rules, Rome criteria in Paris classification",
    "Day Hospital, Adol clinic, transferred to ICU, moved to Majors, from Flixotide",
    "5 minute drive, 2 mile road",
    "lot of pain, order 500mg, sample 24h, study 2019, unit 3 of 4, group 12-18, vehicle (V01-V99)",
    "CA-125, IL-6, HPV16/18/31/33, G20210A, BP120/80, CD4/CD8, 25-OH vitamin D, 17-hydroxyprogesterone",
    "ICD code 4019, pin site clean, x1000 magnification, blood. 118/min",
    "obs at 0800 1200 1600",
    "PPS 40-50%, serial 10-20, encounter 10-20 minutes, encounter 2023-24, CNS (T12-L1)",
    "HUS, JIA, fracture, closed, Crohn, Wilson, rose, brown",
]


@pytest.mark.parametrize(
    ("kind", "marked"), [(kind, text) for kind, texts in FOUND.items() for text in texts]
)
def test_an_identifier_is_replaced_and_nothing_else(kind, marked):
    text = re.sub(r"[{}]", "", marked)
    assert deidentify(text).text == re.sub(r"\{[^}]*\}", f"[{kind}]", marked)


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_an_identifier_stays(text):
    assert deidentify(text).text == text


def test_nothing_of_the_case_book_is_changed_but_ages_over_89():
    for row in rows():
        for column in ("text", "findings", "whole"):
            text = row.values[column]
            for place in deidentify(text).found:
                assert (place.kind, text[place.start : place.end]) == ("AGE", row.values["age"].split()[0])


def test_a_known_name_is_replaced_before_a_word_that_follows_eponyms_and_an_eponym_is_kept():
    assert deidentify("Osbert's score was 3.", ["Osbert"]).text == "[NAME]'s score was 3."
    assert deidentify("Mr Crohn has Crohn disease", ["Crohn"]).text == "Mr [NAME] has Crohn disease"


def test_known_names_are_replaced_in_any_case_and_in_parts():
    known = ["Rosa Hill-Quist", "Li Na"]
    done = deidentify("ROSA came; quist did not. Ms hill-quist, li and na. Naive, lithium.", known)
    assert done.text == "[NAME] came; quist did not. Ms [NAME], [NAME] and [NAME]. Naive, lithium."
    assert deidentify("Will pain go? Will Graves: Graves disease.", ["Will Graves"]).text == (
        "Will pain go? [NAME]: Graves disease."
    )


def test_a_name_after_a_cue_is_found_in_the_rest_of_the_text_too():
    assert deidentify("Quiravel rang. Mrs Quiravel is better.").text == "[NAME] rang. Mrs [NAME] is better."


@pytest.mark.parametrize("known", [(), ("Name Date", "Age", "Maria")])
@given(
    words=st.lists(st.sampled_from([*WORDS, "[NAME]", "[ID]", "/", "and", "Mr", "on", "5/6"]), max_size=30)
)
def test_to_apply_it_twice_changes_nothing_more(known, words):
    once = deidentify(" ".join(words), known).text
    assert deidentify(once, known).text == once


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_places_point_at_the_original_text(text):
    done = deidentify(text)
    rebuilt, reached = "", 0
    for place in done.found:
        assert reached <= place.start < place.end <= len(text)
        assert place.kind in KINDS
        rebuilt += text[reached : place.start] + f"[{place.kind}]"
        reached = place.end
    assert rebuilt + text[reached:] == done.text


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "A",
            "1",
            "1 ",
            "1-",
            "0 ",
            "Aa ",
            "A.",
            "a@",
            "a.",
            "Mr A",
            "1/",
            "(0",
            "+1 ",
            "Ab-",
            "de ",
            "ab:",
        ),
        *(
            "Maria, ",
            "12/03/",
            "3 March ",
            "http://",
            "www.a",
            "12 Rose Rose ",
            "12 Rose Street, Rose, ",
            "call 1 ",
        ),
        *(
            "from St ",
            "mrn a-",
            "[NAME]/",
            "/Ab/Ac/Ad",
            "Aa Hospital ",
            "temp 99 F ",
            "license #",
            "policy a/1",
            "A1-",
            "Leeds, ",
            "a at b dot ",
            "call 1-",
            "mr ab ",
            "[NAME], ",
            "A\u0301",
            "\n",
        ),
    ],
)
def test_time_is_linear_whatever_the_text(unit):
    deidentify("the lists of names are read once")
    short, long = (unit * n for n in (10_000 // len(unit), 100_000 // len(unit)))
    times = []
    for text in (short, long):
        begin = time.process_time()
        deidentify(text)
        times.append(time.process_time() - begin)
    assert times[1] < max(0.5, 70 * times[0])  # a factor of 100 where it is quadratic


def test_a_row_is_cleaned_in_all_that_holds_text():
    row = Row(
        {
            "note": "Mrs Gonzalez, BP 148/92",
            "family": ["daughter Anna", "no sister"],
            "contact": {"mail": "a@b.example", "n": 3},
            "age": "94",
            "mrn": "4471",
            "seen": datetime.date(2024, 3, 12),
            "count": 7,
        },
        "notes.csv:2",
    )
    cleaned, findings = deidentify_row(row)
    assert cleaned.values == {
        "note": "Mrs [NAME], BP 148/92",
        "family": ["daughter [NAME]", "no sister"],
        "contact": {"mail": "[EMAIL]", "n": 3},
        "age": "[AGE]",
        "mrn": "[ID]",
        "seen": "[DATE]",
        "count": 7,
    }
    assert {(f.place, f.column) for f in findings} == {("notes.csv:2", c) for c in row.values if c != "count"}


def test_only_the_columns_asked_for_are_touched_and_a_missing_one_is_named():
    row = Row({"note": "Mrs Gonzalez", "other": "Mrs Gonzalez"}, "notes.csv:2")
    assert deidentify_row(row, ["note"])[0].values == {"note": "Mrs [NAME]", "other": "Mrs Gonzalez"}
    with pytest.raises(DataError, match=r"notes\.csv:2 has no column 'notes'; did you mean 'note'"):
        deidentify_row(row, ["notes"])


def test_the_report_counts_and_places_but_never_quotes():
    report = Report()
    records = [
        Row({"a": "Mrs Gonzalez on 4 March 2024", "b": "Dr Yusuf"}, "x.csv:2"),
        Row({"a": "BP 148/92"}, "x.csv:3"),
    ]
    list(deidentified(records, None, report))
    said = report.to_json()
    assert (said["rows"], said["found"], said["kinds"]) == (2, 3, {"NAME": 2, "DATE": 1})
    assert said["columns"] == {"a": {"NAME": 1, "DATE": 1}, "b": {"NAME": 1}}
    assert {"place": "x.csv:2", "column": "b", "kind": "NAME"} in said["places"]
    assert not re.search("Gonzalez|Yusuf|March", json.dumps(said["places"]))


def test_rows_that_cannot_be_read_end_it_all_named_at_once():
    good, bad = Row({"a": "seen"}, "x.csv:2"), [BadRow(f"x.csv:{n}", "", "broken quoting") for n in (3, 5)]
    with pytest.raises(DataError, match=r"x\.csv:3: broken quoting\nx\.csv:5: .*\n.*--skip-bad 2"):
        list(deidentified([good, bad[0], good, bad[1]], None, Report(), skip_bad=1))


def test_rows_that_cannot_be_read_are_left_out_on_demand_and_reported():
    report = Report()
    good = Row({"a": "seen"}, "x.csv:2")
    records = [good, BadRow("x.csv:3", "", "broken"), good]
    assert list(deidentified(records, None, report, skip_bad=1)) == [good, good]
    assert (report.to_json()["rows"], report.to_json()["dropped"]) == (2, ["x.csv:3: broken"])


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text('id,note\n1,"Mrs Gonzalez, BP 148/92"\n2,seen 12/03/2024\n', encoding="utf-8")
    return path


def run(*arguments):
    app = typer.Typer()
    app.command()(verb)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_verb_writes_rows_and_report(notes, tmp_path):
    done = run(notes, "--out", tmp_path / "out.jsonl", "--report", tmp_path / "report.json")
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["note"] for line in lines] == ["Mrs [NAME], BP 148/92", "seen [DATE]"]
    assert json.loads((tmp_path / "report.json").read_text())["kinds"] == {"NAME": 1, "DATE": 1}
    assert "2 identifiers replaced" in done.output
    assert "does not make data anonymous" in done.output


def test_the_verb_prints_counts_as_json_and_overwrites_nothing(notes, tmp_path):
    done = run(notes, "--out", tmp_path / "out.jsonl", "--column", "note", "--json")
    assert json.loads(done.output)["columns"] == {"note": {"NAME": 1, "DATE": 1}}
    assert isinstance(run(notes, "--out", tmp_path / "out.jsonl").exception, DataError)
    taken = run(notes, "--out", tmp_path / "new.jsonl", "--report", notes)
    assert "exists and nothing is written over" in str(taken.exception)
    assert not (tmp_path / "new.jsonl").exists()


def test_the_stated_limits_are_the_measured_ones():
    seen = measure(note["text"] for half in ("before", "after") for note in NOTES[half])
    unseen = measure(note["text"] for note in NOTES["unseen"])
    assert (
        f"of {unseen.notes} notes that the rules were not made with it found {unseen.recall.right} of"
        in LIMITS
    )
    assert f"{unseen.recall.total} identifiers whole, with {len(unseen.false_alarms)} false alarms" in LIMITS
    assert (
        f"of the {seen.notes} notes that they were made with, {seen.recall.right} of {seen.recall.total}, "
        f"with {len(seen.false_alarms)}." in LIMITS
    )


@pytest.mark.parametrize(
    ("note", "message"), [("{{CITY:Leeds}}", "of no kind"), ("{{NAME:Anna", "not closed")]
)
def test_a_wrong_mark_is_refused(note, message):
    with pytest.raises(DataError, match=message):
        read_marked(note)


def test_a_number_ends_with_its_sentence():
    assert deidentify("tel. 030 1234567. 62-year-old man").text == "tel. [PHONE]. 62-year-old man"
    assert deidentify("tel 030.123.4567 today").text == "tel [PHONE] today"
