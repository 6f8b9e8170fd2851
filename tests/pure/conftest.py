"""Pure modules of the addon, loaded by path: importing the addon would import Odoo."""

import importlib
import importlib.util
import sys
import warnings
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


def load_package(path):
    """A package of the addon with all its modules, under a name of its own, so that relative imports stay inside."""
    name = f"pure_{Path(path).name}"
    folder = ADDON / path
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
    for file in folder.glob("*.py"):
        if file.stem != "__init__":
            importlib.import_module(f"{name}.{file.stem}")
    return package


@pytest.fixture(scope="session")
def analytics():
    return load_package("analytics")


@pytest.fixture
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="session")
def scope_module():
    return load("report/facts/scope.py")


@pytest.fixture(scope="session")
def period_module():
    return load("analytics/periods.py")


@pytest.fixture(scope="session")
def guard_module():
    return load("report/sheet/guard.py")


@pytest.fixture(scope="session")
def cells_module():
    return load("report/sheet/cells.py")
