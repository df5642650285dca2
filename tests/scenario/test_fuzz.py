"""Files that are damaged at random: a scenario, or a list of mistakes, and never anything else.

``MULTIVECTOR_FUZZ`` sets how many are tried.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.read import load
from tests.scenario.damage import KINDS, damaged_case, write
from tests.scenario.good import GOOD

COUNT = int(os.environ.get("MULTIVECTOR_FUZZ", "2000"))
PATIENCE = 5.0
MOST_MEMORY = 500 * 1024
"""In KiB, as the system counts it."""
ASKED = {"--set", "--override"}
STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def memory_in_use(line):
    """Return the KiB on a line of what Linux says of this process; 0 on another system."""
    if not STATUS.exists():
        return 0
    return int(dict(it.split(":", 1) for it in STATUS.read_text().splitlines())[line].split()[0])


def forget_peak():
    """Let the peak of memory begin anew from what is in use now, where the system can."""
    with suppress(OSError):
        FORGET.write_text("5")
    return memory_in_use("VmHWM")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.timeout(3600)
def test_a_damaged_file_gives_a_scenario_or_mistakes(tmp_path, kind):
    outcomes, before = {"good": 0, "bad": 0}, forget_peak()
    for number in range(COUNT // len(KINDS)):
        case = damaged_case(kind, number)
        file = write(case, tmp_path)
        names = {str(file.parent / name) for name in case.files}
        began = time.process_time()
        try:
            load(file, override=case.overrides, settings=case.settings)
            outcomes["good"] += 1
        except ScenarioError as error:
            outcomes["bad"] += 1
            told = [str(mistake) for mistake in error.mistakes]
            assert told, case
            assert len(set(told)) == len(told), case
            for it in error.mistakes:
                assert it.message, case
                assert it.file in names | ASKED, (it, case)
                assert it.line or it.file in ASKED, (it, case)
            assert all("\n" not in line for line in told), case
        except Exception as error:
            raise AssertionError(f"{kind} {number}: {case}") from error
        assert time.process_time() - began < PATIENCE, case
    assert outcomes["bad"] > 0
    assert outcomes["good"] > 0
    assert memory_in_use("VmHWM") - before < MOST_MEMORY


def test_many_unknown_names_take_no_long_time(tmp_path):
    file = tmp_path / "scenario.yaml"
    partners = "".join(f"  partner-number-{n}: {{title: x}}\n" for n in range(3000))
    flows = "".join(f"    partnr-numbr-{n}: 1\n" for n in range(3000))
    text = GOOD.replace("partners:\n", f"partners:\n{partners}").replace(
        "  exports:\n    russia", f"  exports:\n{flows}    russia"
    )
    file.write_text(text)
    began = time.process_time()
    with pytest.raises(ScenarioError):
        load(file)
    assert time.process_time() - began < 4 * PATIENCE
