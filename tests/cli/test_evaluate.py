import json


def test_evaluate_prints_the_model_beside_its_baselines(workup, learned_run):
    done = workup("evaluate", learned_run.folder)
    for line in ("this model", "TF-IDF + logistic regression", "nearest training case", "95 % interval"):
        assert line in done.out


def test_evaluate_another_file(workup, learned_run, tmp_path):
    (tmp_path / "other.csv").write_text("text,colour\na lemon from the market,yellow\n")
    evaluation = json.loads(workup("evaluate", learned_run.folder, "--data", "other.csv", "--json").out)
    assert (evaluation["examples"], evaluation["model"]["top1"]["value"]) == (1, 1.0)


def test_evaluate_says_what_is_mistaken_for_what_and_draws_it(workup, learned_run, tmp_path):
    (tmp_path / "other.csv").write_text("text,colour\na lemon from the market,red\n")
    asked = ("evaluate", learned_run.folder, "--data", "other.csv", "--confusions")
    done = workup(*asked, "--plot", "mistakes.svg")
    assert "1 of 1 answers are wrong" in done.out
    assert "yellow" in done.out
    assert "<svg" in (tmp_path / "mistakes.svg").read_text()
    told = json.loads(workup(*asked, "--json").out)
    assert [(pair["expected"], pair["answered"]) for pair in told["pairs"]] == [("red", "yellow")]


def test_a_plot_without_confusions_is_refused(workup, learned_run):
    done = workup("evaluate", learned_run.folder, "--plot", "mistakes.svg")
    assert done.status == 2
    assert "together with --confusions" in done.err


def test_a_plot_that_cannot_be_written_is_refused_before_any_work(workup, learned_run):
    done = workup("evaluate", learned_run.folder, "--confusions", "--plot", "no/such/folder.svg")
    assert done.status == 2
    assert "cannot be written" in done.err
