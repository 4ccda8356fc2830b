import json

TEXT = "a lemon from the market"


def test_a_healthy_run_is_followed_with_exit_status_0(workup, learned_run):
    done = workup("trace", learned_run.folder, "--text", TEXT)
    assert (done.status, done.err) == (0, "")
    assert "✓ generation" in done.out
    assert "said              yellow" in done.out


def test_a_departure_has_exit_status_1(workup, colour_recipe, tmp_path):
    colour_recipe.change("tokens.source_length", 6).save(tmp_path / "recipe.yaml")
    done = workup("trace", "recipe.yaml", "--text", TEXT)
    assert done.status == 1
    assert "✗ tokenization   the first departure" in done.out


def test_json_is_one_document(workup, learned_run):
    found = json.loads(workup("trace", learned_run.folder, "--text", TEXT, "--json").out)
    assert found["first_departure"] is None
    assert found["steps"][0]["stage"] == "input"


def test_a_page_is_written_beside_what_is_printed(workup, learned_run, tmp_path):
    done = workup("trace", learned_run.folder, "--text", TEXT, "--html", "trace.html")
    assert done.status == 0
    html = (tmp_path / "trace.html").read_text()
    assert html.startswith("<!doctype html>")
    assert str(learned_run.folder) in html


def test_a_text_of_a_hundred_thousand_characters_is_cut_and_says_so(workup, learned_run):
    done = workup("trace", learned_run.folder, "--text", "a lemon " * 12_500)
    assert done.status == 1
    assert "the source is cut: it loses" in done.out
    assert len(done.out) < 20_000


def refused(done):
    assert (done.status, done.out) == (2, "")
    assert "Traceback" not in done.err
    return done.err


def test_what_is_not_there_is_refused_with_the_nearest_name(workup, colour_recipe, tmp_path):
    colour_recipe.save(tmp_path / "recipe.yaml")
    said = refused(workup("trace", "recipes.yaml", "--text", TEXT))
    assert said == "workup: there is no recipe and no run recipes.yaml; did you mean 'recipe.yaml'?\n"


def test_a_folder_that_is_no_run_is_refused(workup, tmp_path):
    assert "is not a run" in refused(workup("trace", tmp_path, "--text", TEXT))


def test_an_empty_text_is_refused(workup, learned_run):
    assert "the text is empty" in refused(workup("trace", learned_run.folder, "--text", " "))


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_loaded(workup, tmp_path):
    said = refused(workup("trace", "no-run", "--text", TEXT, "--html", "nowhere/trace.html"))
    assert said.startswith("workup: --html nowhere/trace.html: nowhere cannot be written to")
    assert "is a folder" in refused(workup("trace", "no-run", "--text", TEXT, "--html", tmp_path))
