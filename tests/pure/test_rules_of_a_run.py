"""A run fails on a skipped test and on an error in the log, not only on a failed test."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[2] / "conftest.py"

LONG = "import pytest\n@pytest.mark.long\ndef test_long(): assert False\ndef test_short(): pass"


def run(folder, body, *arguments):
    shutil.copy(CONFTEST, folder)
    (folder / "test_it.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:odoo", "-p", "no:cacheprovider", *arguments, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("def test(): pass", 0),
        ("def test(): assert False", 1),
        ("import pytest\ndef test(): pytest.skip('no browser')", 1),
        ("import unittest\nclass T(unittest.TestCase):\n @unittest.skip('no')\n def test(self): pass", 1),
        ("import logging\ndef test(): logging.getLogger('odoo.x').error('broken')", 1),
        ("import logging\ndef test(): logging.getLogger('odoo.x').warning('hm')", 0),
    ],
)
def test_run(tmp_path, body, status):
    assert run(tmp_path, body).returncode == status


def test_long_tests_run_when_asked_for(tmp_path):
    asked = run(tmp_path, LONG, "--long")
    assert asked.returncode == 1
    assert "1 failed, 1 passed" in asked.stdout
    left_out = run(tmp_path, LONG)
    assert left_out.returncode == 0
    assert "1 passed, 1 deselected" in left_out.stdout
