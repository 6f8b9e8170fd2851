"""Workbooks that are small as files and large for whoever opens them: one of each shape, for tests and ``./dev bench attack``."""

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officedocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(sheets=2, **parts):
    """A plain workbook.

    :param int sheets: how many it has
    :param parts: name → text that replaces it; ``sheet1`` is short for what stands inside of the first sheet
    :rtype: dict[str, str]
    """
    numbers = range(1, sheets + 1)
    files = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + f'<Relationship Id="rId{sheets + 1}" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"></sst>',
        **{f"xl/worksheets/sheet{n}.xml": _sheet("<sheetData/>") for n in numbers},
    }
    for name, text in parts.items():
        files[{"sheet1": "xl/worksheets/sheet1.xml", "sheet2": "xl/worksheets/sheet2.xml"}.get(name, name)] = text
    return files


def _sheet(inside):
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{inside}</worksheet>'


def _one_cell(inside=""):
    return _sheet(f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>{inside}')


def _cells(count, cell='<c r="A1"><v>1</v></c>', width=1000):
    return _sheet(f"<sheetData>{f'<row>{cell * width}</row>' * (count // width)}</sheetData>")


def packed(files, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=9 if method == zipfile.ZIP_DEFLATED else None) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return stream.getvalue()


def _lying(real, says):
    """A file whose list says that a part is smaller than it is."""
    content = bytearray(packed(workbook(sheet2=_cells(real))))
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet2.xml"))
    struct.pack_into("<I", content, place + 24, says)
    return bytes(content)


def _many_files(count):
    """A list of so many files, whatever the end of the file says of it."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", *[20, 0, 20, 0], *[0] * 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    listed = entry * count
    return listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(listed), 0, 0)


def _as_another_part(kind):
    """A large sheet that something else is said to be, which a library keeps as a tree."""
    files = workbook(sheet2=_cells(100_000))
    if kind == "type":
        name = "[Content_Types].xml"
        files[name] = files[name].replace("/xl/workbook.xml", "/xl/worksheets/sheet2.xml", 1)
    else:
        name = "xl/_rels/workbook.xml.rels"
        files[name] = files[name].replace(
            'worksheet" Target="worksheets/sheet2', f'{kind}" Target="worksheets/./sheet2'
        )
    return packed(files)


def _shared_sheet():
    """One large part that is fifty sheets."""
    files = workbook(40, sheet1=_cells(100_000))
    name = "xl/_rels/workbook.xml.rels"
    for number in range(2, 41):
        files[name] = files[name].replace(f"worksheets/sheet{number}.xml", "worksheets/sheet1.xml")
    return packed(files)


def _merged(*ranges):
    merged = "".join(f'<mergeCell ref="{own}"/>' for own in ranges)
    return _one_cell(f"<mergeCells>{merged}</mergeCells>")


# Name → a function that makes the file, and the word for why it is refused.
def shared_formulas():
    """A long formula that 3,000 cells share: a library writes it out, moved, for each of them."""
    long = "A1+" * 12_000 + "A1"
    cells = "".join(f'<row r="{n}"><c r="B{n}"><f t="shared" si="0"/><v>1</v></c></row>' for n in range(2, 3002))
    first = f'<row r="1"><c r="B1"><f t="shared" ref="B1:B3001" si="0">{long}</f><v>1</v></c></row>'
    return packed(workbook(sheet1=f"<sheetData>{first}{cells}</sheetData>"))


BOMBS = {
    "shared formulas": (shared_formulas, "bomb"),
    "merged cells over two million places": (lambda: packed(workbook(sheet1=_merged("A1:B1048576"))), "places"),
    "merged cells, written backwards": (lambda: packed(workbook(sheet1=_merged("XFD1048576:A1"))), "places"),
    "merged whole columns": (lambda: packed(workbook(sheet1=_merged("A:XFD"))), "places"),
    "merged whole rows": (lambda: packed(workbook(sheet1=_merged("1:1048576"))), "places"),
    "merged cells, many of middle size": (
        lambda: packed(workbook(sheet1=_merged(*(f"A{n}:Z{n + 99}" for n in range(1, 90_000, 100))))),
        "places",
    ),
    "merged cells on the second sheet": (lambda: packed(workbook(sheet2=_merged("C3:ZZ99999"))), "places"),
    "a link over a whole sheet": (
        lambda: packed(
            workbook(sheet1=_one_cell('<hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>'))
        ),
        "places",
    ),
    "a table over a whole sheet": (
        lambda: packed(workbook(**{"xl/tables/table1.xml": f'<table xmlns="{MAIN}" ref="A1:XFD1048576"/>'})),
        "places",
    ),
    "a comment on a whole sheet": (
        lambda: packed(
            workbook(
                **{
                    "xl/comments1.xml": f'<comments xmlns="{MAIN}"><commentList><comment ref="A1:XFD1048576"/>'
                    "</commentList></comments>"
                }
            )
        ),
        "places",
    ),
    "1.6 million cells on a second sheet": (
        lambda: packed(workbook(sheet2=_cells(1_600_000, "<c><v>1</v></c>"))),
        "cells",
    ),
    "cells without anything in them": (lambda: packed(workbook(sheet2=_cells(1_600_000, "<c/>"))), "cells"),
    "cells on forty sheets": (
        lambda: packed(workbook(40, **{f"xl/worksheets/sheet{n}.xml": _cells(20_000) for n in range(1, 41)})),
        "cells",
    ),
    "a row of 100,000 cells": (lambda: packed(workbook(sheet1=_cells(100_000, width=100_000))), "broken"),
    "two million rows": (
        lambda: packed(workbook(sheet1=_sheet(f"<sheetData>{'<row/>' * 2_000_000}</sheetData>"))),
        "bomb",
    ),
    "a row very far below": (
        lambda: packed(workbook(sheet1=_sheet(f'<sheetData><row r="{"9" * 5000}"/></sheetData>'))),
        "broken",
    ),
    "shared strings": (
        lambda: packed(
            workbook(**{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * 400_000}</sst>'})
        ),
        "bomb",
    ),
    "one shared string": (
        lambda: packed(
            workbook(**{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{"a" * 7_000_000}</t></si></sst>'})
        ),
        "text",
    ),
    "a text in 400,000 pieces": (
        lambda: packed(workbook(**{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si>{"<r/>" * 400_000}</si></sst>'})),
        "bomb",
    ),
    "a text in a cell": (
        lambda: packed(
            workbook(
                sheet1=_sheet(
                    f'<sheetData><row><c t="inlineStr"><is><t>{"a" * 20_000_000}</t></is></c></row></sheetData>'
                )
            )
        ),
        "text",
    ),
    "a long formula": (
        lambda: packed(
            workbook(sheet1=_sheet(f"<sheetData><row><c><f>{'A1+' * 5_000_000}1</f></c></row></sheetData>"))
        ),
        "text",
    ),
    "a long number": (
        lambda: packed(workbook(sheet1=_sheet(f"<sheetData><row><c><v>{'9' * 20_000_000}</v></c></row></sheetData>"))),
        "text",
    ),
    "a long attribute": (
        lambda: packed(workbook(sheet1=_sheet(f'<sheetData><row><c s="{"1" * 20_000_000}"/></row></sheetData>'))),
        "broken",
    ),
    "deep nesting": (lambda: packed(workbook(sheet1=_sheet("<a>" * 1_000_000))), "broken"),
    "deep nesting of styles": (lambda: packed(workbook(**{"xl/styles.xml": "<a>" * 1_000_000})), "broken"),
    "defined names": (
        lambda: packed(
            workbook(
                **{
                    "xl/workbook.xml": f'<workbook xmlns="{MAIN}"><definedNames>'
                    + '<definedName name="a">A1</definedName>' * 400_000
                    + "</definedNames></workbook>"
                }
            )
        ),
        "bomb",
    ),
    "styles": (
        lambda: packed(
            workbook(
                **{"xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 900_000}</cellXfs></styleSheet>'}
            )
        ),
        "bomb",
    ),
    "conditional formats": (
        lambda: packed(
            workbook(
                sheet1=_one_cell('<conditionalFormatting sqref="A1:A9"><cfRule/></conditionalFormatting>' * 300_000)
            )
        ),
        "bomb",
    ),
    "a validation of 300,000 ranges": (
        lambda: packed(
            workbook(
                sheet1=_one_cell(f'<dataValidations><dataValidation sqref="{"A1 " * 300_000}"/></dataValidations>')
            )
        ),
        "bomb",
    ),
    "columns": (
        lambda: packed(workbook(sheet1=_sheet("<cols>" + '<col min="1" max="16384"/>' * 500_000 + "</cols>"))),
        "bomb",
    ),
    "elements that nobody knows": (lambda: packed(workbook(sheet1=_one_cell("<x/>" * 3_000_000))), "bomb"),
    "drawings": (lambda: packed(workbook(**{"xl/drawings/drawing1.xml": f"<d>{'<a/>' * 2_000_000}</d>"})), "bomb"),
    "relations": (
        lambda: packed(
            workbook(
                **{
                    "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
                    + f'<Relationship Id="a" Type="{OFFICE}/hyperlink" Target="a"/>' * 100_000
                    + "</Relationships>"
                }
            )
        ),
        "bomb",
    ),
    "a thousand sheets": (lambda: packed(workbook(400)), "sheets"),
    "one part as forty sheets": (_shared_sheet, "broken"),
    "a sheet that is said to be the workbook": (lambda: _as_another_part("type"), "broken"),
    "a sheet that is said to be a chart": (lambda: _as_another_part("chartsheet"), "broken"),
    "a sheet that is said to be comments": (lambda: _as_another_part("comments"), "broken"),
    "30 MB of zeros": (lambda: packed(workbook(**{"xl/media/image1.png": "\0" * (40 * 1024**2)})), "bomb"),
    "a part that is larger than it says": (lambda: _lying(800_000, 1000), "broken"),
    "packed in another way": (
        lambda: packed(workbook(**{"xl/media/image1.png": "\0" * (25 * 1024**2)}), zipfile.ZIP_BZIP2),
        "broken",
    ),
    "200,000 files": (lambda: _many_files(200_000), "bomb"),
    "entities": (
        lambda: packed(
            workbook(
                sheet1='<?xml version="1.0"?>'
                + " " * 5000
                + '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
                + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
                + "]><x>&j;</x>"
            )
        ),
        "broken",
    ),
    "entities in UTF-16": (
        lambda: packed(workbook(sheet1='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"))),
        "broken",
    ),
}
