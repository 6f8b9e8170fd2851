"""What is declared plain Python stays so: it must be testable and fast to import without Odoo."""

import ast
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[2] / "sales_revenue_mgmt"
PURE = [
    "report/revenue_scope.py",
    "report/revenue_period.py",
    "report/revenue_measures.py",
    "report/revenue_audit_chain.py",
    "report/revenue_target_formula.py",
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
