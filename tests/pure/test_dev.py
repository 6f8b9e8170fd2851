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
