"""The JSON Schema: the committed file is what the models give, it takes what is good, and it says no."""

import copy
import json

import pytest

from multivector_sim.scenario import files as bundled
from multivector_sim.scenario.law import Law, law_names
from multivector_sim.scenario.place import plain
from multivector_sim.scenario.read import resolve
from multivector_sim.scenario.schema import FILE, schema
from multivector_sim.scenario.yaml_tree import read_yaml
from tests.sampling.test_laws import DISTRIBUTIONS
from tests.scenario.good import GOOD
from tests.scenario.schema_check import fits

SCHEMA = schema()
DOCUMENT = plain(read_yaml(GOOD, "good.yaml").root)


def changed(path, value):
    document = copy.deepcopy(DOCUMENT)
    *steps, last = path.split(".")
    part = document
    for step in steps:
        part = part[int(step) if isinstance(part, list) else step]
    part[last] = value
    return document


def test_the_committed_file_is_what_the_models_give():
    assert json.loads(FILE.read_text(encoding="utf-8")) == SCHEMA, "run: python -m multivector_sim.scenario.schema"


@pytest.mark.parametrize("name", bundled.names())
def test_every_shipped_scenario_has_the_right_shape(name):
    assert fits(resolve(name).document, SCHEMA, SCHEMA)


@pytest.mark.parametrize("name", bundled.names())
def test_every_shipped_file_has_the_right_shape_as_written(name):
    path = bundled.path_of(name)
    assert fits(plain(read_yaml(path.read_text(encoding="utf-8"), str(path)).root), SCHEMA, SCHEMA)


def test_the_good_scenario_fits_and_so_does_what_it_gives_back():
    assert fits(DOCUMENT, SCHEMA, SCHEMA)
    assert fits(resolve("two-buyers").scenario.document(), SCHEMA, SCHEMA)


LAWS = [*(Law(*law).written() for law in DISTRIBUTIONS), {"empirical": [1, 2]}]


@pytest.mark.parametrize("law", [3, *LAWS, {"empirical": {"csv": "a.csv", "column": "x"}}], ids=str)
def test_every_law_fits_bare_and_with_an_origin(law):
    assert fits(changed("channels.exports.kappa", law), SCHEMA, SCHEMA)
    assert fits(changed("channels.exports.kappa", {"value": law, "source": "wb", "as_of": 2024}), SCHEMA, SCHEMA)


def test_every_law_is_in_the_schema():
    offered = SCHEMA["$defs"]["Figure"]["anyOf"][0]["oneOf"]
    assert [part["title"] for part in offered[1:]] == [*law_names(), "calibrated"]
    assert {key for law in LAWS for key in law} == set(law_names())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "multivector/2"),
        ("nmae", "x"),
        ("name", 3),
        ("horizon_months", 0),
        ("horizon_months", 12.5),
        ("partners", []),
        ("partners.russia.titel", "x"),
        ("channels.exports.kind", "trde"),
        ("channels.exports.ceiling", "high"),
        ("channels.exports.ceiling", {"prt": [0, 1, 2]}),
        ("channels.exports.ceiling", {"pert": [0, 1]}),
        ("channels.exports.ceiling", {"beta": {"mean": 0.4}}),
        ("channels.exports.ceiling", {"value": 0.4, "trst": "official"}),
        ("gdp.trust", "oficial"),
        ("corridors.cpc.hosts.russia", 2),
        ("stress", {}),
        ("spillover.0.lag_months", -1),
        ("hazard.copula.family", "clayton"),
        ("hazard.partners.china.intensty", 1),
        ("alarms", {"hhi": 2}),
    ],
)
def test_what_is_wrong_in_shape_does_not_fit(path, value):
    assert not fits(changed(path, value), SCHEMA, SCHEMA)


def test_a_key_that_is_needed_is_needed_unless_a_base_may_give_it():
    short = {key: part for key, part in DOCUMENT.items() if key != "partners"}
    assert not fits(short, SCHEMA, SCHEMA)
    assert fits(short | {"extends": "base.yaml"}, SCHEMA, SCHEMA)


def test_every_key_is_described():
    """An editor has a line to show for each key, but for the few whose name says it all."""
    clear = {"currency", "price_year", "partner", "at_least", "at_most", "partners"}
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        for key, entry in part.get("properties", {}).items():
            assert key in clear or entry.get("description"), key
