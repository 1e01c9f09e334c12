"""The page about certificates knows every check, and no other."""

import re
from pathlib import Path

from envfactory.verify import THOROUGH
from envfactory.verify.checks import GATES

PAGE = Path(__file__).parents[2] / "docs" / "certificate.md"


def test_every_check_is_on_the_page_with_its_severity() -> None:
    section = PAGE.read_text().partition("## What each check claims")[2].partition("\n## ")[0]
    listed = {
        name: row.split("|")[2].strip()
        for row in section.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([a-z_-]+)`", row.split("|")[1])
    }
    assert listed == {check.id: check.severity for check in (*GATES, *THOROUGH)}
