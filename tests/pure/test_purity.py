"""What is declared plain Python stays so: it must be testable and fast to import without Odoo."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[2] / "sales_revenue_mgmt"
PURE = [
    "report/facts/scope.py",
    "analytics/periods.py",
    "report/facts/measures.py",
    "models/audit/chain.py",
    "report/sheet/formula.py",
]


@pytest.mark.parametrize("path", PURE)
def test_no_odoo_import(path):
    imported = set()
    for node in ast.walk(ast.parse((ADDON / path).read_text())):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add("relative" if node.level else node.module.split(".")[0])
    assert not imported & {"odoo", "relative"}


ANALYTICS = sorted((ADDON / "analytics").glob("*.py"))
# What a worker that never forecasts must not carry in its memory.
HEAVY = {"numpy", "pandas", "scipy", "statsmodels"}
ALLOWED = sys.stdlib_module_names | HEAVY | {"dateutil"}

IMPORT_ALL = """
import importlib, pathlib, sys
sys.path.insert(0, sys.argv[1])
for file in pathlib.Path(sys.argv[1], "analytics").glob("*.py"):
    importlib.import_module("analytics" if file.stem == "__init__" else "analytics." + file.stem)
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_analytics_is_there():
    assert len(ANALYTICS) > 5


@pytest.mark.parametrize("path", ANALYTICS, ids=lambda path: path.name)
def test_analytics_imports_nothing_but_statistics_and_itself(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert {name.name.split(".")[0] for name in node.names} <= ALLOWED
        elif isinstance(node, ast.ImportFrom):
            # One dot is the package itself, two would leave it.
            assert node.level == 1 or (node.level == 0 and node.module.split(".")[0] in ALLOWED)


def test_importing_analytics_loads_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, str(ADDON)], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "analytics" in loaded
    assert not loaded & (HEAVY | {"odoo"})
