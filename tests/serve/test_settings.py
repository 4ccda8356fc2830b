from pathlib import Path

import pytest

from workup.serve.errors import ServeError
from workup.serve.settings import Settings


def test_without_anything_said_it_listens_to_this_machine_alone_on_sqlite():
    found = Settings.load({})
    assert (found.host, found.port, found.database) == ("127.0.0.1", 8000, "workup.db")
    assert not found.keep_raw
    assert found.public_url == "http://127.0.0.1:8000"


def test_the_environment_is_read_and_the_command_line_goes_before_it():
    environ = {"WORKUP_PORT": "9000", "WORKUP_WORKERS": "3", "DATABASE_URL": "a.db", "PATH": "/bin"}
    found = Settings.load(environ, port=9100, workers=None)
    assert (found.port, found.workers, found.database) == (9100, 3, "a.db")
    assert found.public_url == "http://127.0.0.1:9100"


def test_a_secret_is_read_from_the_file_that_its_variable_names(tmp_path):
    (tmp_path / "url").write_text("postgresql://ann:secret@db/workup\n")
    found = Settings.load({"DATABASE_URL_FILE": str(tmp_path / "url")})
    assert found.database == "postgresql://ann:secret@db/workup"


def test_a_model_source_on_the_command_line_stands_for_the_one_of_the_environment():
    found = Settings.load({"WORKUP_RUN": "runs/a"}, registry=Path("registry"))
    assert (found.run, found.registry) == (None, Path("registry"))


def test_worker_processes_get_the_same_settings_from_their_environment():
    given = Settings.load(
        {
            "WORKUP_CORS_ORIGINS": "https://a.example, https://b.example",
            "WORKUP_REGISTRY": "registry",
            "WORKUP_KEEP_RAW": "true",
            "WORKUP_BATCH_WAIT": "0.001",
        }
    )
    assert given.cors_origins == ("https://a.example", "https://b.example")
    assert Settings.load(given.to_environ()) == given


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"WORKUP_PORT": "70000"}, "WORKUP_PORT: .* less than or equal to 65535"),
        ({"WORKUP_PORT": "tcp://10.0.0.1:80"}, "WORKUP_PORT: .* valid integer"),
        ({"WORKUP_RAET": "1/second"}, "no setting WORKUP_RAET; did you mean 'WORKUP_RATE'"),
        ({"WORKUP_RATE": "often"}, "WORKUP_RATE: should be a number of requests"),
        ({"WORKUP_KEEP_RAW": "perhaps"}, "WORKUP_KEEP_RAW: .* boolean"),
        ({"WORKUP_TIMEOUT": "nan"}, "WORKUP_TIMEOUT: "),
        ({"WORKUP_CORS_ORIGINS": "*"}, "WORKUP_CORS_ORIGINS: '\\*' is no origin"),
        ({"WORKUP_PUBLIC_URL": "here"}, "WORKUP_PUBLIC_URL: "),
        ({"DATABASE_URL": ""}, "DATABASE_URL: "),
        ({"DATABASE_URL": "a.db", "DATABASE_URL_FILE": "b"}, "DATABASE_URL and DATABASE_URL_FILE are both"),
        ({"WORKUP_HOST_FILE": "nowhere"}, "WORKUP_HOST_FILE names a file that cannot be read"),
        ({"WORKUP_RUN": "a", "WORKUP_REGISTRY": "b"}, "one model source is wanted"),
        ({"WORKUP_OIDC_ISSUER": "https://id.example"}, "bearer tokens need all of"),
    ],
)
def test_a_wrong_value_is_one_error_that_names_the_variable(environ, reason):
    with pytest.raises(ServeError, match=reason):
        Settings.load(environ)


def test_all_wrong_values_are_told_at_once_and_options_by_their_own_name():
    with pytest.raises(ServeError) as told:
        Settings.load({"WORKUP_RATE": "often", "WORKUP_TIMEOUT": "0"}, port=0)
    assert all(name in str(told.value) for name in ("WORKUP_RATE", "WORKUP_TIMEOUT", "--port"))
