"""./dev refuses with one clear sentence and a non-zero exit, and leaves nothing behind."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]


def dev(*arguments, **environment):
    return subprocess.run(
        [REPO / "dev", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_help_names_every_command():
    page = dev("help")
    assert page.returncode == 0
    for command in ["run", "test", "lint", "load", "bench", "shell", "psql", "log", "stop", "clean"]:
        assert f"./dev {command}" in page.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dance"], "There is no command 'dance'"),
        (["run", "--port", "http"], "The port must be a number"),
        (["run", "--port", "99999"], "The port must be a number"),
        (["run", "--speed"], "not '--speed'"),
        (["load", "wholesale"], "knows 'retail' only"),
    ],
)
def test_wrong_words(arguments, sentence, tmp_path):
    result = dev(*arguments, DEV_HOME=str(tmp_path / "home"))
    assert result.returncode != 0
    assert sentence in result.stderr
    assert not (tmp_path / "home").exists()


def test_a_taken_port(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = dev("run", "--port", str(port), DEV_HOME=str(tmp_path / "home"))
    assert result.returncode != 0
    assert f"Port {port} of 127.0.0.1 is taken" in result.stderr
    assert not (tmp_path / "home").exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    result = dev("run", "--port", "18999", DEV_HOME=str(tmp_path / "file" / "home"))
    assert result.returncode != 0
    assert "cannot be made" in result.stderr


def test_an_odoo_home_that_is_none(tmp_path):
    result = dev("lint", ODOO_HOME=str(tmp_path))
    assert result.returncode != 0
    assert "is not a checkout of Odoo" in result.stderr


def parts(script, **environment):
    """Some lines of bash with all parts of ./dev around them."""
    names = ("common", "machine", "odoo", "postgres", "database", "server", "check", "retail")
    source = "\n".join(f"source '{REPO}/tools/dev/{name}.sh'" for name in names)
    return subprocess.run(
        ["bash", "-c", f"set -Eeuo pipefail\n{source}\n{script}"],
        env={**os.environ, "REPO": str(REPO), "ADDON": "sales_revenue_mgmt", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


# What ./dev run does to the server, without a server: each step only says that it was taken.
WITHOUT_MACHINE = """
prepare() { :; }
setup_unlock() { :; }
ensure_run_database() { :; }
stop_server() { kill "$(server_pid)"; rm "$SERVER_PID_FILE"; say "STOPPED"; }
step() { shift; "$@"; }
start_server() { say "STARTED at $1 with $DEV_DB"; }
"""


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def running(home):
    """Something that ./dev takes for its server, at port 18998 with the database 'first'."""
    process = subprocess.Popen(["bash", "-c", f"exec -a 'x -c {home}/odoo.conf' sleep 60"])
    (home / "server.pid").write_text(f"{process.pid} 18998 first\n")
    (home / "databases").write_text("first\n")
    yield process
    process.kill()
    process.wait()


def run(home, *arguments, **environment):
    environment = {"PORT": "", "DEV_DB": "", **environment, "HOME_DIR": str(home)}
    return parts(f"{WITHOUT_MACHINE}\ncmd_run {' '.join(arguments)}", **environment)


def test_run_keeps_port_and_database_of_the_server_that_runs(home, running):
    result = run(home)
    assert result.returncode == 0, result.stderr
    assert "http://127.0.0.1:18998" in result.stdout and "'first'" in result.stdout
    assert "STOPPED" not in result.stdout and running.poll() is None


def test_run_with_another_database_shows_that_one(home, running):
    result = run(home, DEV_DB="second")
    assert "STOPPED\nSTARTED at 18998 with second" in result.stdout
    assert (home / "databases").read_text() == "first\nsecond\n"
    # Whoever says nothing means what ./dev run has shown last.
    assert parts('say "$DEV_DB"', HOME_DIR=str(home), DEV_DB="").stdout == "second\n"
    assert "STARTED at 18997 with first" in run(home, "--port", "18997", DEV_DB="first").stdout
    assert (home / "databases").read_text() == "second\nfirst\n"


def test_a_taken_port_leaves_the_server_running(home, running):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for result in (run(home, "--port", str(port)), run(home, PORT=str(port))):
            assert result.returncode != 0
            assert f"Port {port} of 127.0.0.1 is taken by another program; yours goes on at port 18998" in result.stderr
            assert running.poll() is None and "STOPPED" not in result.stdout


def test_a_name_that_no_database_can_have(tmp_path):
    result = dev("run", DEV_DB="my database'; --", DEV_HOME=str(tmp_path / "home"))
    assert result.returncode != 0
    assert "DEV_DB names a database" in result.stderr
    assert not (tmp_path / "home").exists()


def test_the_same_files_have_the_same_fingerprint_wherever_they_lie(home):
    def fingerprint(name, **files):
        folder = home / name
        (folder / "tools/dev").mkdir(parents=True)
        for file, text in {"constraints": "a==1", **files}.items():
            (folder / f"{file}.txt").write_text(text)
        asked = " ".join(f'"$REPO/{file.name}"' for file in sorted(folder.glob("*.txt")))
        script = f"REPO='{folder}'\nhash_of {asked}"
        result = parts(script, HOME_DIR=str(home))
        assert result.returncode == 0, result.stderr
        return result.stdout

    one = fingerprint("one")
    assert fingerprint("a place with spaces") == one
    assert fingerprint("other", constraints="a==2") != one
    assert fingerprint("more", extra="") != one
    result = parts('hash_of "$REPO/is not there"', HOME_DIR=str(home))
    assert result.returncode != 0


def test_a_failed_tool_has_the_last_word(home):
    """pip, for all: its reason is shown as it is, and the file that holds the rest is named."""
    python = home / "python"
    python.write_text(
        '#!/bin/bash\n[ "$1" = -V ] && { echo Python 3.11; exit; }\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit; fi\n'
        "echo 'SSL: CERTIFICATE_VERIFY_FAILED' >&2; exit 1\n"
    )
    python.chmod(0o755)
    result = parts(
        f"BASE_PYTHON={python}\nstep 'Making the virtual environment' make_venv x", HOME_DIR=str(home), CI="1"
    )
    assert result.returncode != 0
    assert "SSL: CERTIFICATE_VERIFY_FAILED" in result.stderr
    assert "network" not in result.stderr
    log = home / "log" / "Making-the-virtual-environment.log"
    assert f"The whole output is in {log}." in result.stderr and log.is_file()
    assert result.stderr.count("pip could not install the Python packages") == 1
