"""Rules for every test run here: a skipped test is a failed run, and so is an error in the server's log."""

import logging

import pytest


class ErrorCollector(logging.Handler):
    """Keeps what was logged as an error outside of tests that expect it (Odoo's mute_logger, assertLogs)."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.name}: {record.getMessage()}")


collector = ErrorCollector()
skipped = []


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the tests marked 'long' as well")


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes minutes; runs with --long only")
    logging.getLogger().addHandler(collector)


def pytest_collection_modifyitems(config, items):
    """Without --long, long tests are deselected: they are not skipped, which would fail the run."""
    if config.getoption("--long"):
        return
    later = [item for item in items if item.get_closest_marker("long")]
    if later:
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


def pytest_runtest_logreport(report):
    if report.skipped:
        skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    if exitstatus == pytest.ExitCode.OK and (skipped or collector.lines):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for title, lines in (("skipped tests fail the run", skipped), ("errors in the log fail the run", collector.lines)):
        if lines:
            terminalreporter.section(title, red=True)
            for line in lines:
                terminalreporter.line(line)
