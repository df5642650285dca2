"""The three commands of the how-to do what the page says, on the made-up table that is shipped."""

import re
import shutil
from pathlib import Path

import pytest

import multivector_sim as mv
from tests.cli.running import run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "your-own-country.md").read_text(encoding="utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.timeout(900)  # it compiles, draws and writes a report
def test_the_three_commands_give_what_the_page_shows(tmp_path, monkeypatch):
    shutil.copy(ROOT / "examples" / "data" / "TradeData_made_up.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    outcomes = []
    for command in SHELL[0].splitlines():
        outcomes.append(run(*command.split()[1:]))
        assert outcomes[-1].exit_code == 0, outcomes[-1].output
    told, headline = outcomes[0].stdout, " ".join(outcomes[2].stdout.split())
    for line in SHOWN[0].splitlines():
        assert line.strip() == "..." or line in told
    assert " ".join(SHOWN[1].split()) in headline
    assert (tmp_path / "chile.html").stat().st_size > 50_000
    override = SHELL[1].split()[-1]
    assert override in mv.load("chile.yaml").overrides


def test_the_formats_of_the_page_are_those_there_are():
    from multivector_sim.evidence.flows.readers import EVERY

    page = (ROOT / "docs" / "reference" / "flows.md").read_text(encoding="utf-8")
    listed = page.partition("## Formats")[2].partition("## A plain table")[0]
    names = {
        name
        for line in listed.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([a-z-]+)`", line.split("|")[1])
    }
    assert names - {"source"} == {reader.name for reader in EVERY}
