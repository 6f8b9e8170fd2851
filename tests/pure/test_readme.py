"""README says nothing about the first tour that its browser test does not do."""

import fnmatch
import re
from pathlib import Path

REPO = Path(__file__).parents[2]


def test_the_tour_is_the_one_that_is_tested():
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    chapter = readme.split("## A first tour of ten clicks")[1].split("\n## ")[0]
    told = re.findall(r"^\d+\. (.*(?:\n   .*)*)", chapter, re.MULTILINE)
    told = [re.sub(r"\s+", " ", sentence).strip() for sentence in told]
    script = (REPO / "sales_revenue_mgmt/static/tests/tours/revenue_readme_tour.js").read_text(encoding="utf-8")
    done = re.findall(r"^ +// (.*)$", script, re.MULTILINE)
    assert len(told) == 10
    assert told == done


def test_every_path_that_is_named_is_there():
    """Paths in backticks, whole or the file's name alone; ``*`` stands for anything."""
    addon, missing, looked = REPO / "sales_revenue_mgmt", [], 0
    names = [
        path.name for folder in ("bench", "tests", "tools", "sales_revenue_mgmt") for path in (REPO / folder).rglob("*")
    ]
    for page in (REPO / "README.md", *(addon / "readme").glob("*.md")):
        for path in re.findall(r"`([\w.*/-]+)`", page.read_text(encoding="utf-8")):
            folder, _slash, name = path.rpartition("/")
            if path.startswith("/") or not (path.endswith("/") or re.search(r"\.(py|xml|js|sh|csv)$", name)):
                continue
            looked += 1
            if folder:
                path = path.rstrip("/").removeprefix("./")
                found = any(any(root.glob(path)) for root in (REPO, addon, addon / "models"))
            else:
                found = bool(fnmatch.filter(names, name))
            if not found:
                missing.append(f"{page.name}: {path}")
    assert looked > 80 and missing == []
