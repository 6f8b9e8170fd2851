"""Pure modules of the addon, loaded by path: importing the addon would import Odoo."""

import importlib.util
import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[2] / "sales_revenue_mgmt"


def load(path):
    name = f"pure_{Path(path).stem}"
    spec = importlib.util.spec_from_file_location(name, ADDON / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def scope_module():
    return load("report/revenue_scope.py")


@pytest.fixture(scope="session")
def period_module():
    return load("report/revenue_period.py")
