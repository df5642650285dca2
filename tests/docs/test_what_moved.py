"""The page on 0.1 and 0.2: how the main answer moves when a figure is as it was."""

import re
from pathlib import Path

import pytest

import multivector_sim as mv
from multivector_sim.display.wording import percent_between

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "from-0.1-to-0.2.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## How Kazakhstan's main answer moved")[2].partition("\n## ")[0]
ROW = re.compile(r"^\| (?!run|---|0\.1)(.+?) \| (.*?) ?\| (\S+ % \(.+?\)) \| (\S+ % \(.+?\)) \|$", re.MULTILINE)


def test_the_table_is_read():
    assert len(ROW.findall(TABLE)) == 4


@pytest.mark.parametrize("row", ROW.findall(TABLE), ids=lambda row: row[1] or "today")
def test_a_row_is_a_run(row):
    _, settings, mean, tail = row
    trade = mv.simulate(mv.load("kazakhstan", settings=re.findall(r"`(.+?)`", settings)), draws=20_000, seed=1).trade
    assert (percent_between(trade.mean()), percent_between(trade.es(0.95))) == (mean, tail)
