"""The files that deploy the service name ports, paths, commands, limits and settings that the service has."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

from workup.cli.app import app as commands
from workup.serve.settings import Settings, variable
from workup.serve.start import _GRACE

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SETUP, SERVICE = (
    [*yaml.safe_load_all((ROOT / "deploy" / name).read_text(encoding="utf-8"))]
    for name in ("kubernetes-setup.yaml", "kubernetes.yaml")
)
RESOURCES = [*SETUP, *SERVICE]
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "deploy").glob("*.service"))
PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "service-operations.md").read_text(encoding="utf-8")
OF_IMAGE = re.search(r"WORKUP_HOST=(\S+)", CONTAINERFILE).group(1)
USER = 10001


def resource(kind):
    (found,) = [one for one in RESOURCES if one["kind"] == kind]
    return found


def unit(path):
    """The sections of a unit; of a directive that stands several times, all values in lines."""
    read = configparser.ConfigParser(strict=False, interpolation=None, dict_type=Lines)
    read.optionxform = str
    read.read(path, encoding="utf-8")
    return read


class Lines(dict):
    def __setitem__(self, key, value):
        if isinstance(value, list) and key in self and isinstance(self[key], list):
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def settings_of(environ, tmp_path):
    """The settings that the service makes of an environment; a file with a secret is stood in for."""
    secret = tmp_path / "url"
    secret.write_text("postgresql://workup:x@database/workup\n", encoding="utf-8")
    return Settings.load(
        {key: str(secret) if key.endswith("_FILE") else value for key, value in environ.items()}
    )


def is_command(words):
    """Whether the command line has this command: `workup serve`, `workup learn train`."""
    found = typer.main.get_command(commands)
    for word in words:
        if word.startswith("-"):
            break
        found = getattr(found, "commands", {}).get(word)
        if found is None:
            return False
    return not getattr(found, "commands", None)


def seconds(text):
    amount, unit_of_time = re.fullmatch(r"(\d+)(s|m)", text).groups()
    return int(amount) * (60 if unit_of_time == "m" else 1)


@pytest.fixture(scope="module")
def routes():
    """The address of every route but those of the page."""
    from workup.serve.app import create_app

    return set(create_app(Settings()).openapi()["paths"])


CONTAINER = resource("Deployment")["spec"]["template"]["spec"]["containers"][0]
POD = resource("Deployment")["spec"]["template"]["spec"]
SETUP_POD = resource("Pod")["spec"]


def test_the_image_copies_what_is_there_and_runs_the_service_as_nobody_in_particular():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert [name for name in names if not (ROOT / name).exists()] == []
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert [name for name in names if f"!{name}" not in allowed] == []
    assert re.search(rf"^USER {USER}:{USER}$", CONTAINERFILE, re.MULTILINE)
    assert is_command(yaml.safe_load(re.search(r"^CMD (.+)$", CONTAINERFILE, re.MULTILINE).group(1)))
    assert re.search(r"^EXPOSE (\d+)$", CONTAINERFILE, re.MULTILINE).group(1) == str(Settings().port)


def test_compose_gives_settings_that_the_service_takes(tmp_path):
    service = COMPOSE["services"]["workup"]
    ours = {key: value for key, value in service["environment"].items() if not key.startswith("MLFLOW")}
    settings = settings_of({"WORKUP_HOST": OF_IMAGE, **ours}, tmp_path)
    assert settings.database.startswith("postgresql://")
    assert service["ports"] == [f"127.0.0.1:8000:{settings.port}"]
    assert f"./registry:{settings.registry}" in service["volumes"]
    assert is_command(service["command"])


def test_every_secret_of_compose_is_a_file_that_a_service_reads():
    for service in COMPOSE["services"].values():
        given = [f"/run/secrets/{name}" for name in service.get("secrets", ())]
        read = [value for key, value in service.get("environment", {}).items() if key.endswith("_FILE")]
        assert read == given
    assert {Path(one["file"]).parent.name for one in COMPOSE["secrets"].values()} == {"secrets"}
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_no_container_of_compose_may_more_than_it_needs(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_kubernetes_gives_settings_that_the_service_takes(tmp_path):
    given = {k: v for k, v in resource("ConfigMap")["data"].items() if k != "FORWARDED_ALLOW_IPS"}
    settings = settings_of({"WORKUP_HOST": OF_IMAGE, **given}, tmp_path)
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": settings.port}]
    mounts = {mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert {str(settings.registry), str(Path(given["DATABASE_URL_FILE"]).parent), "/tmp"} == mounts
    assert is_command(CONTAINER["args"])


def test_a_service_called_workup_would_set_our_port_if_links_were_on():
    assert resource("Service")["metadata"]["name"].upper() + "_PORT" == variable("port")
    assert POD["enableServiceLinks"] is False


@pytest.mark.parametrize("pod", [POD, SETUP_POD], ids=["service", "setup"])
def test_a_pod_is_held_to_the_restricted_standard(pod):
    security = pod["containers"][0]["securityContext"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == USER
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}


def test_the_setup_pod_fills_the_registry_and_the_database_of_the_service():
    (container,) = SETUP_POD["containers"]
    assert (container["image"], container["envFrom"]) == (CONTAINER["image"], CONTAINER["envFrom"])
    volumes = {volume["name"]: volume for volume in SETUP_POD["volumes"]}
    shared = [volume for volume in POD["volumes"] if volume["name"] in ("registry", "database")]
    assert [volumes[volume["name"]] for volume in shared] == shared
    mounts = [mount for mount in container["volumeMounts"] if mount in CONTAINER["volumeMounts"]]
    assert {mount["name"] for mount in mounts} == {"registry", "database", "tmp"}


def test_the_service_on_kubernetes_stands_on_what_was_set_up():
    made = {(one["kind"], one["metadata"]["name"]) for one in SETUP}
    used = {("ServiceAccount", POD["serviceAccountName"])}
    used |= {("ConfigMap", source["configMapRef"]["name"]) for source in CONTAINER["envFrom"]}
    used |= {
        ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
        for volume in POD["volumes"]
        if "persistentVolumeClaim" in volume
    }
    used |= {("Namespace", one["metadata"]["namespace"]) for one in SERVICE}
    assert used <= made


@pytest.mark.parametrize(
    ("section", "start"),
    [
        ("Containers", "docker compose up"),
        ("Kubernetes", "kubectl apply --filename deploy/kubernetes.yaml"),
        ("systemd", "systemctl enable --now workup.service"),
    ],
)
def test_a_version_serves_and_a_key_exists_before_the_service_starts(section, start):
    told = OPERATING.split(f"## {section}\n")[1].split("\n## ")[0]
    commands = "\n".join(re.findall(r"```console\n(.+?)```", told, re.DOTALL))
    steps = [f"workup {verb}" for verb in ("keys create", "models publish", "models promote")]
    assert [step for step in steps if step not in commands] == []
    places = [commands.index(step) for step in (*steps, start)]
    assert places == sorted(places)


def test_probes_ask_routes_that_are_there(routes):
    probes = [CONTAINER[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")]
    (asked,) = re.findall(
        r"127\.0\.0\.1:8000(/[\w/]+)", COMPOSE["services"]["workup"]["healthcheck"]["test"][-1]
    )
    assert {*probes, asked} <= routes


def test_selectors_find_the_pods():
    labels = resource("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert resource("Service")["spec"]["selector"] == labels
    for kind, name in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        assert resource(kind)["spec"][name] == {"matchLabels": labels}


def test_whoever_stops_the_service_waits_until_it_has_answered():
    assert seconds(COMPOSE["services"]["workup"]["stop_grace_period"]) > _GRACE
    pause = int(CONTAINER["lifecycle"]["preStop"]["exec"]["command"][-1])
    assert POD["terminationGracePeriodSeconds"] > _GRACE + pause
    assert int(unit(ROOT / "deploy" / "workup.service")["Service"]["TimeoutStopSec"]) > _GRACE


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_there_is_with_settings_that_are_taken(path, tmp_path):
    service = unit(path)["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program == "/opt/workup/bin/workup"
    assert is_command(words)
    environ = dict(part.split("=", 1) for part in shlex.split(service["Environment"]))
    ours = {key: value for key, value in environ.items() if key.startswith(("WORKUP_", "DATABASE_"))}
    settings = settings_of(ours, tmp_path)
    assert settings.database.startswith("postgresql://")
    assert "/var/lib/workup/registry" in (str(settings.registry), *words)
    credential = Path(environ["DATABASE_URL_FILE"]).name
    assert service["LoadCredential"].startswith(f"{credential}:")


def test_a_timer_has_its_service():
    assert {path.stem for path in (ROOT / "deploy").glob("*.timer")} <= {path.stem for path in UNITS}


def test_the_proxy_lets_through_what_the_service_takes_and_waits_for_its_answer():
    settings = Settings()
    assert f"server 127.0.0.1:{settings.port};" in NGINX
    (kilobytes,) = re.findall(r"client_max_body_size (\d+)k;", NGINX)
    assert settings.max_body < int(kilobytes) * 1024 < 1.2 * settings.max_body
    assert all(
        int(longest) > settings.timeout
        for longest in re.findall(r"proxy_(?:read|send)_timeout (\d+)s", NGINX)
    )
    for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        assert f"proxy_set_header {header};" in NGINX


def test_the_addresses_that_the_proxy_treats_apart_are_routes(routes):
    assert [path for path in re.findall(r"location = (\S+)", NGINX) if path not in routes] == []


def test_the_page_lists_every_setting_with_its_default():
    rows = dict(re.findall(r"^\| `((?:WORKUP_|DATABASE_)\w+)` \| (?:`(.*?)`)? *\|", PAGE, re.MULTILINE))
    told = {variable(name): "" if value in (None, ()) else str(value) for name, value in Settings()}
    assert rows == told


def test_the_page_lists_every_route_and_no_other(routes):
    cells = re.findall(r"^\| (`(?:GET|POST|PUT|DELETE)[ `][^|]+) \|", PAGE, re.MULTILINE)
    listed = {path for cell in cells for path in re.findall(r"(/[\w/{}-]+)`", cell)}
    assert listed == routes


def test_the_commands_of_the_pages_exist():
    pages = sorted((ROOT / "docs").glob("service*.md"))
    named = {
        line
        for page in pages
        for line in re.findall(
            r"(?:^|`|workup )workup ([a-z]+(?: [a-z]+)?)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert [
        words for words in named if not (is_command(words.split()) or is_command(words.split()[:1]))
    ] == []
