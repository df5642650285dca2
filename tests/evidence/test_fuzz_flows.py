"""Whatever is done to a file, reading it gives flows or one clear line; never anything else, and no warning."""

import random

import pytest

import multivector_sim as mv
from tests.evidence import layouts

LAYOUTS = (
    "comtrade_web comtrade_api comtrade_legacy trade_map_text trade_map_page imf_wide imf_panel imf_text imts "
    "imts_explorer cdis baci wits eurostat comext tradhist tradhist_pairs panel unctad"
).split()
PIECES = (
    b"",
    b",",
    b'"',
    b"\n",
    b"\t",
    b";",
    b"x",
    b"-",
    b"1e999",
    b"nan",
    b"\xff",
    b"\x00",
    b" ",
    b"World",
    b"9" * 400,
    b"\r",
)
ROUNDS = 12


def mangled(data, luck):
    """Return bytes with a few pieces put in, taken out or doubled."""
    for _ in range(luck.randint(1, 4)):
        start = luck.randrange(len(data) + 1)
        end = min(len(data), start + luck.choice((0, 0, 1, 3, 40, 400)))
        data = data[:start] + luck.choice((*PIECES, data[start:end] * 2)) + data[end:]
    return data[: luck.randrange(len(data) + 1)] if luck.random() < 0.2 else data


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_mangled_file_is_read_or_refused_in_a_line(layout, tmp_path):
    file = getattr(layouts, layout)(tmp_path)
    data, luck = file.read_bytes(), random.Random(layout)  # noqa: S311 - no secret
    for _ in range(ROUNDS):
        file.write_bytes(mangled(data, luck))
        told = ""
        try:
            flows = mv.read_flows(file, unit=luck.choice((None, "USD")), reporter="CHL", year=2020, flow="exports")
        except mv.MultivectorError as error:
            told = str(error)
        if told:
            assert len(told.splitlines()) == 1
            assert len(told) < 1000
        else:
            assert flows.document()["rows"] == len(flows.table) > 0
