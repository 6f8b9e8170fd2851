"""Databases of their own, cloned from the templates of ./dev test, for what must commit, install or uninstall."""

import os

import pytest

from bench.clone import Database


@pytest.fixture
def database(request):
    """A clone of the template that the test names with ``@pytest.mark.template("BASE_BARE")``; else of the tests' own."""
    mark = request.node.get_closest_marker("template")
    clone = Database(os.environ[mark.args[0] if mark else "TEST_TEMPLATE"])
    yield clone
    clone.drop()
