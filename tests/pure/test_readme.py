"""README says nothing about the first tour that its browser test does not do."""

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
