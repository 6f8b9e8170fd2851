"""A run fails on a skipped test and on an error in the log, not only on a failed test."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[2] / "conftest.py"


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
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_it.py").write_text(body)
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:odoo", "-p", "no:cacheprovider", str(tmp_path)]
    assert subprocess.run(run, capture_output=True, cwd=tmp_path, check=False).returncode == status
