"""What a workbook asks of the server, found out before any library opens it: plain Python, for files that anybody may have made.

The file is unpacked and parsed piece by piece, and nothing of it is kept but numbers. Whatever a library would make of it later
(a cell for each place of a merged range, a tree of each part) is counted here, and bounded.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from typing import NamedTuple
from xml.parsers import expat

MAX_BYTES = 10 * 1024 * 1024
# Unpacked; the largest plan takes a third of it.
MAX_UNPACKED = 30 * 1024 * 1024
MAX_FILES = 500
MAX_SHEETS = 50
# On all sheets together; the largest plan has 150,000, half of them on the sheet that is not shown.
MAX_CELLS = 170_000
# Places of merged cells, links and tables, for each of which a library makes a cell.
MAX_PLACES = 50_000
MAX_RANGES = 20_000
# A spreadsheet program takes 32,767 letters in a cell.
MAX_TEXT = 40_000
# A library writes a formula that cells share out for each of them.
MAX_SHARED = 500_000
MAX_STRINGS = 8 * 1024 * 1024
MAX_ELEMENTS = 700_000
# Of parts that are no sheets: a library keeps them as trees.
MAX_TREE_ELEMENTS = 60_000
MAX_TREE_BYTES = 6 * 1024 * 1024
# In one cell or text: its letters may look different one by one.
MAX_PIECES = 2000
MAX_ROW_ELEMENTS = 100_000
MAX_DEPTH = 100
CHUNK = 64 * 1024
MAX_TOKEN = 1024 * 1024

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEETS = "xl/worksheets/"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SHEET = "http://schemas.openxmlformats.org/officedocument/2006/relationships/worksheet"
STRINGS = "http://schemas.openxmlformats.org/officedocument/2006/relationships/sharedstrings"
LARGE_TYPES = tuple(
    f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml" for kind in ("worksheet", "sharedstrings")
)
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
CORNERS = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d{0,7})(?::\$?([A-Za-z]{0,3})\$?(\d{0,7}))?")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
DAMAGED = (EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
# A range there is a description, not cells.
DESCRIBING = {"dimension", "autoFilter", "sortState", "sortCondition", "location", "worksheetSource"}


class NotAPlan(Exception):
    """The file cannot be read as a plan.

    :param str why: one word, for which the caller has a sentence
    """

    def __init__(self, why, **details):
        super().__init__(why)
        self.why, self.details = why, details


class Part(NamedTuple):
    """What is known of a part of the package: the last row with something in it (from 1), and whether something claims to be a
    number that is none."""

    last_row: int
    odd_numbers: bool


def check_package(content):
    """
    :param bytes content: the file
    :return: name of each part → what is known of it
    :rtype: dict[str, Part]
    :raises NotAPlan: no workbook, or too much for this server
    """
    if not content:
        raise NotAPlan("empty")
    if len(content) > MAX_BYTES:
        raise NotAPlan("large", size=MAX_BYTES // 1024**2)
    if content.startswith(OLD_EXCEL):
        raise NotAPlan("encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "old_excel")
    # Before the list of files is read: it may say anything about how many there are.
    if content.count(b"PK\x01\x02") > MAX_FILES:
        raise NotAPlan("bomb")
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, *DAMAGED) as error:
        raise NotAPlan("not_excel") from error
    with package:
        try:
            return _check_files(package)
        except (zipfile.BadZipFile, zlib.error, *DAMAGED) as error:
            raise NotAPlan("broken") from error


def _check_files(package):
    files = package.infolist()
    names = Counter(file.filename for file in files)
    # What is said here is all that Python unpacks.
    if len(files) > MAX_FILES or sum(file.file_size for file in files) > MAX_UNPACKED:
        raise NotAPlan("bomb")
    if "xl/workbook.xml" not in names:
        raise NotAPlan("not_excel")
    if any(file.flag_bits & 1 for file in files):
        raise NotAPlan("encrypted")
    # Other ways of packing unpack without bounds, and no spreadsheet program uses them.
    if max(names.values()) > 1 or any(
        file.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for file in files
    ):
        raise NotAPlan("broken")
    _check_marks(package, files)
    total, parts = _Counted(), {}
    for file in files:
        with package.open(file) as stream:
            parts[file.filename] = _Scan(file.filename, total).run(stream)
    total.check_relations()
    return parts


def _check_marks(package, files):
    """A first look at the bytes, which takes a tenth of the time of parsing: what is far too much shows here."""
    marks, cells = 0, 0
    for file in files:
        with package.open(file) as stream:
            while chunk := stream.read(CHUNK):
                marks += chunk.count(b"<")
                if file.filename.startswith(SHEETS):
                    cells += chunk.count(b"<c ") + chunk.count(b"<c>") + chunk.count(b"<c/")
                if cells > MAX_CELLS:
                    raise NotAPlan("cells", maximum=MAX_CELLS)
                # Of beginnings and ends together. A picture has such bytes as well, one of 256.
                if marks > 2 * MAX_ELEMENTS:
                    raise NotAPlan("bomb")


class _Counted:
    """What all parts have together."""

    def __init__(self):
        self.cells = self.places = self.ranges = self.elements = self.tree_elements = self.tree_bytes = self.strings = 0
        self.rows = self.shared = self.longest = 0
        self.sheets, self.relations, self.types, self.large = [], [], [], set()

    def check_relations(self):
        """A sheet stands for itself, once; and what is large is read as what it is, piece by piece."""
        if len(self.sheets) > MAX_SHEETS:
            raise NotAPlan("sheets", maximum=MAX_SHEETS)
        targets = Counter()
        for source, kind, target in self.relations:
            name, kind = _base_name(target), kind.lower()
            targets[source, name] += kind == SHEET
            if name in self.large and kind not in (SHEET, STRINGS):
                raise NotAPlan("broken")
        if any(_base_name(name) in self.large and kind.lower() not in LARGE_TYPES for name, kind in self.types):
            raise NotAPlan("broken")
        if len(set(self.sheets)) < len(self.sheets) or any(count > 1 for count in targets.values()):
            raise NotAPlan("broken")


def _base_name(path):
    return posixpath.normpath(path).rsplit("/", 1)[-1].lower()


class _Scan:
    """One part of the package. What is called for each element is written to be fast."""

    def __init__(self, name, total):
        self.name, self.total = name, total
        self.is_sheet = name.startswith(SHEETS) and "/_rels/" not in name
        self.is_strings = name.lower() == "xl/sharedstrings.xml"
        self.depth = self.elements = self.row = self.last_row = self.text = self.pieces = self.in_row = self.letters = 0
        self.kind, self.value, self.odd, self.in_value, self.broken = "n", "", False, False, False
        self.in_formula = False

    def run(self, stream):
        parser, silent, before = None, 0, None
        while chunk := stream.read(CHUNK):
            if parser is None:
                if not self._is_xml(chunk):
                    # A picture or the like: read to its end, since its length may be another than it says.
                    while stream.read(CHUNK):
                        pass
                    break
                parser = self._parser()
            self._count_bytes(len(chunk))
            try:
                parser.Parse(chunk, False)
            except expat.ExpatError:
                # A library would stop at the same place.
                break
            now = self.elements, self.letters
            silent = silent + len(chunk) if now == before else 0
            before = now
            if silent > MAX_TOKEN:
                raise NotAPlan("broken")
        return Part(self.last_row, self.odd)

    @staticmethod
    def _is_xml(chunk):
        return chunk.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] == b"<"

    def _parser(self):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        start = self._start_in_tree
        if self.is_sheet or self.is_strings:
            start = self._start_in_sheet if self.is_sheet else self._start_in_strings
        parser.StartElementHandler, parser.EndElementHandler = start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _count_bytes(self, size):
        total = self.total
        if self.is_strings:
            total.strings += size
        elif not self.is_sheet:
            total.tree_bytes += size
        if total.strings > MAX_STRINGS or total.tree_bytes > MAX_TREE_BYTES:
            raise NotAPlan("bomb")

    def _doctype(self, *_what):
        # No spreadsheet program declares entities.
        raise NotAPlan("broken")

    def _count_element(self):
        self.depth += 1
        self.elements += 1
        self.text = 0
        if self.depth > MAX_DEPTH:
            raise NotAPlan("broken")
        if self.elements == MAX_TREE_ELEMENTS:
            self.total.large.add(_base_name(self.name))
        self.total.elements += 1
        if self.total.elements > MAX_ELEMENTS:
            raise NotAPlan("bomb")

    def _start_in_strings(self, name, _attributes):
        self._count_element()
        self.pieces = 0 if name.endswith(" si") else self.pieces + 1
        if self.pieces > MAX_PIECES:
            raise NotAPlan("bomb")

    def _start_in_sheet(self, name, attributes):
        self._count_element()
        local = name[name.rfind(" ") + 1 :]
        self.pieces += 1
        if local == "c":
            total = self.total
            total.cells += 1
            self.in_row += 1
            self.pieces = 0
            self.kind = attributes.get("t", "n")
            if total.cells > MAX_CELLS:
                raise NotAPlan("cells", maximum=MAX_CELLS)
            if self.in_row > LAST_COLUMN:
                raise NotAPlan("broken")
        elif local == "v":
            self.last_row = max(self.last_row, self.row)
            self.in_value, self.value = self.kind == "n", ""
        elif local == "row":
            number = attributes.get("r")
            self.row, self.in_row, self.pieces = int(number) if number else self.row + 1, 0, 0
            self.total.rows += 1
            if self.total.rows > MAX_ROW_ELEMENTS:
                raise NotAPlan("bomb")
        elif local in ("f", "is", "t"):
            self.last_row = max(self.last_row, self.row)
            if self.pieces > MAX_PIECES:
                raise NotAPlan("bomb")
            if local == "f":
                self.in_formula = True
                self.total.shared += attributes.get("t") == "shared"
            if "ref" in attributes:
                self._count_ranges(local, attributes)
        else:
            self._count_in_tree(local, attributes)

    def _start_in_tree(self, name, attributes):
        self._count_element()
        local = name[name.rfind(" ") + 1 :]
        self._count_in_tree(local, attributes)
        total = self.total
        if local == "Relationship":
            total.relations.append((self.name, attributes.get("Type", ""), attributes.get("Target", "")))
        elif local == "Override":
            total.types.append((attributes.get("PartName", ""), attributes.get("ContentType", "")))
        elif self.name == "xl/workbook.xml":
            if self.depth == 1 and name.startswith(STRICT):
                raise NotAPlan("strict")
            if local == "sheet":
                total.sheets.append(next((own for key, own in attributes.items() if key.endswith(" id")), None))

    def _count_in_tree(self, local, attributes):
        self.total.tree_elements += 1
        if self.total.tree_elements > MAX_TREE_ELEMENTS:
            raise NotAPlan("bomb")
        if attributes:
            self._count_ranges(local, attributes)

    def _count_ranges(self, local, attributes):
        total = self.total
        if "ref" in attributes and local not in DESCRIBING:
            total.places += area(attributes["ref"])
        if "sqref" in attributes:
            total.ranges += attributes["sqref"].count(" ") + 1
        if total.places > MAX_PLACES:
            raise NotAPlan("places", maximum=MAX_PLACES)
        if total.ranges > MAX_RANGES:
            raise NotAPlan("bomb")

    def _end(self, _name):
        self.depth -= 1
        if self.in_formula:
            self.in_formula = False
            total = self.total
            total.longest = max(total.longest, self.text)
            if total.shared * total.longest > MAX_SHARED:
                raise NotAPlan("bomb")
        if self.in_value:
            self.in_value = False
            self.odd = self.odd or bool(self.value and not NUMBER.fullmatch(self.value))

    def _characters(self, text):
        self.letters += len(text)
        if self.in_value:
            self.value += text[:400]
        self.text += len(text)
        if self.text > MAX_TEXT and (self.is_sheet or self.is_strings):
            raise NotAPlan("text", maximum=MAX_TEXT)


def area(reference):
    """How many cells a reference is about, whichever of its corners comes first; what is none counts as one.

    :param str reference: ``B2:C3``, ``B2``, ``B:C`` or ``2:3``
    :rtype: int
    """
    match = CORNERS.fullmatch(reference.strip())
    if not match:
        return 1
    left, top, right, bottom = match.groups()
    if right is None and bottom is None:
        return 1
    columns = sorted((_column(left, 1), _column(right, LAST_COLUMN)))
    rows = sorted((int(top or 1), int(bottom or LAST_ROW)))
    return (columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1)


def _column(letters, default):
    number = 0
    for letter in (letters or "").upper():
        number = number * 26 + ord(letter) - 64
    return number or default
