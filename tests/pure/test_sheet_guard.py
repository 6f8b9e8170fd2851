"""A workbook that would be too much for the server is refused before anything opens it: at once, and in little memory."""

import os
import pickle
import resource
import time

import pytest

from bench.sheet_bombs import BOMBS, MAIN, packed, workbook

SECONDS, MEGABYTES = 1.0, 50


def measured(call):
    """What a call in a process of its own answers, the seconds of CPU it takes and the megabytes it adds."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = call()
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        with os.fdopen(writer, "wb") as stream:
            pickle.dump((answer, time.process_time() - began, more), stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        result = pickle.load(stream)
    os.waitpid(child, 0)
    return result


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once(guard_module, name):
    make, why = BOMBS[name]
    content = make()

    def refuse():
        try:
            guard_module.check_package(content)
        except guard_module.NotAPlan as error:
            return error.why
        return None

    answer, seconds, megabytes = measured(refuse)
    assert answer == why
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


def test_what_people_do_is_let_through(guard_module):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 3000))
    inside = (
        '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" width="9"/></cols>'
        f'<sheetData>{rows}<row r="1048576" ht="12"/></sheetData>'
        '<autoFilter ref="A1:XFD1048576"/><mergeCells><mergeCell ref="A1:Z1"/></mergeCells>'
        '<conditionalFormatting sqref="A:A"><cfRule type="dataBar"/></conditionalFormatting>'
        '<dataValidations><dataValidation sqref="A1:XFD1048576"/></dataValidations>'
    )
    parts = guard_module.check_package(packed(workbook(sheet1=f'<worksheet xmlns="{MAIN}">{inside}</worksheet>')))
    # Content counts, not gaps and not heights.
    assert parts["xl/worksheets/sheet1.xml"] == (2999, False)


def test_numbers_that_are_none_are_noticed(guard_module):
    for text, odd in (
        ("1", False),
        (" -1.5E+3\n", False),
        ("", False),
        ("NaN", True),
        ("INF", True),
        ("1_0", True),
        ("٣", False),
    ):
        inside = f"<sheetData><row><c><v>{text}</v></c></row></sheetData>"
        parts = guard_module.check_package(packed(workbook(sheet1=f'<worksheet xmlns="{MAIN}">{inside}</worksheet>')))
        assert parts["xl/worksheets/sheet1.xml"].odd_numbers is odd, text


def test_areas(guard_module):
    for text, count in (
        ("B2", 1),
        ("B2:C4", 6),
        ("C4:B2", 6),
        ("C2:B4", 6),
        ("$B$2:$C$4", 6),
        ("A:B", 2 * 1048576),
        ("2:3", 2 * 16384),
        ("3:2", 2 * 16384),
        ("nonsense", 1),
    ):
        assert guard_module.area(text) == count, text
