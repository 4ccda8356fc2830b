import json


def test_evaluate_prints_the_model_beside_its_baselines(workup, learned_run):
    done = workup("evaluate", learned_run.folder)
    for line in ("this model", "TF-IDF + logistic regression", "nearest training case", "95 % interval"):
        assert line in done.out


def test_evaluate_another_file(workup, learned_run, tmp_path):
    (tmp_path / "other.csv").write_text("text,colour\na lemon from the market,yellow\n")
    evaluation = json.loads(workup("evaluate", learned_run.folder, "--data", "other.csv", "--json").out)
    assert (evaluation["examples"], evaluation["model"]["top1"]["value"]) == (1, 1.0)
