"""The demonstration itself runs in continuous integration, as `make demo-quick`; here, what is around it."""

from workup.cli.demo import _free_folder


def test_a_second_demo_takes_the_next_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(_free_folder()) == "runs/demo-1"
    (tmp_path / "runs" / "demo-1").mkdir(parents=True)
    assert str(_free_folder()) == "runs/demo-2"
