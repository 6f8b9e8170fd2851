"""Cells read in one pass are what openpyxl reads in two: values and formulas of every shape that a file may have."""

import io

import openpyxl
import pytest

from bench.sheet_bombs import MAIN, packed, workbook

STRINGS = f"""<sst xmlns="{MAIN}"><si><t>plain</t></si><si><t xml:space="preserve"> spaces </t></si><si><t/></si>
<si><r><rPr><b/></rPr><t>rich </t></r><r><t>text</t></r></si><si><t>_x005F_x0041_</t></si><si/></sst>"""
STYLES = f"""<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"""
# What stands in a row, and whether it can be read at all.
ROWS = {
    "numbers": '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1.5</v></c><c r="C1"><v>1E3</v></c><c r="D1"><v/></c></row>',
    "strings": '<row r="1">'
    + "".join(f'<c r="{letter}1" t="s"><v>{number}</v></c>' for number, letter in enumerate("ABCDEF"))
    + "</row>",
    "inline": '<row r="1"><c r="A1" t="inlineStr"><is><t>here</t></is></c><c r="B1" t="inlineStr"><is/></c>'
    '<c r="C1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c><c r="D1" t="inlineStr"><is><t/></is></c></row>',
    "others": '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#DIV/0!</v></c><c r="C1" t="str"><v>x</v></c>'
    '<c r="D1" s="1"><v>45000</v></c><c r="E1" s="1"><v>99999999999</v></c><c r="F1" t="d"><v>2030-01-01</v></c></row>',
    "formulas": '<row r="1"><c r="A1"><f>SUM(B1:C1)</f><v>3</v></c>'
    '<c r="B1"><f t="shared" ref="B1:D1" si="0">A2+1</f><v>4</v></c>'
    '<c r="C1"><f t="shared" si="0"/><v>5</v></c><c r="D1"><f>A1</f></c><c r="E1"><f t="array" ref="E1">A1*2</f><v>6</v></c>'
    '<c r="F1" t="str"><f>"a"</f><v>a</v></c><c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    "without places": '<row><c><v>1</v></c><c t="s"><v>0</v></c></row><row><c><v>2</v></c></row>',
    "gaps and disorder": '<row r="3"><c r="C3"><v>1</v></c><c r="A3"><v>2</v></c></row><row r="2"><c r="A2"><v>9</v></c></row>'
    '<row r="7"><c r="B7"><v>3</v></c><c r="B7"><v>4</v></c></row>',
    "lower case": '<row r="1"><c r="b1"><v>1</v></c></row>',
    "far right": '<row r="1"><c r="A1"><v>1</v></c><c r="CV1"><v>2</v></c></row>',
    "no string": '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
    "no number": '<row r="1"><c r="A1"><v>many</v></c></row>',
    "no place": '<row r="1"><c r="A"><v>1</v></c></row>',
    "two places": '<row r="1"><c r="A1B2"><v>1</v></c></row>',
    "no column": '<row r="1"><c r="1"><v>1</v></c></row>',
}
LAST_ROW, LAST_COLUMN = 6, 10


def twice(content):
    """What openpyxl reads, once for values and once for formulas."""
    found = {}
    for data_only in (True, False):
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row, cells in enumerate(sheet.iter_rows(max_row=LAST_ROW, max_col=LAST_COLUMN)):
            for column, cell in enumerate(cells):
                if data_only and cell.value is not None:
                    found[row, column] = [cell.value, cell.data_type, None]
                elif not data_only and cell.data_type == "f":
                    own = found.setdefault((row, column), [None, None, None])
                    own[2] = str(getattr(cell.value, "text", None) or cell.value)
    return found


def once(module, content):
    book = module.open_book(content)
    found = {}
    for row, cells in module.rows_of(book.worksheets[0], LAST_ROW, LAST_COLUMN):
        for column, cell in cells.items():
            assert cell.column == column + 1
            if cell.value is not None or cell.formula:
                found[row, column] = [cell.value, cell.kind if cell.value is not None else None, cell.formula]
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ROWS)
def test_one_pass_reads_what_two_read(cells_module, name):
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{ROWS[name]}</sheetData></worksheet>'
    content = packed(workbook(sheet1=sheet, **{"xl/sharedStrings.xml": STRINGS, **styled()}))
    try:
        expected = twice(content)
    except Exception as error:
        with pytest.raises(type(error)):
            once(cells_module, content)
    else:
        assert once(cells_module, content) == expected
        assert expected


def styled():
    files = workbook()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
    types = files["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/xl/styles.xml" ContentType="{kind}"/></Types>'
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    relations = files["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", f'<Relationship Id="rId99" Type="{relation}" Target="styles.xml"/></Relationships>'
    )
    return {"[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": relations, "xl/styles.xml": STYLES}
