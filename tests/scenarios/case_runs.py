"""Runs of the Kazakhstan cases, each made once: the tests of the pages and of the mechanisms share them."""

from functools import cache

import multivector_sim as mv

DRAWS = 2048
FOLDER = "kazakhstan/"


@cache
def loaded(name):
    """Load a case by its name without the folder's."""
    return mv.load(FOLDER + name)


def variant(name, case):
    """Give a case as written, or with mixes, overrides or measures; or another case, where one is named.

    ``case`` is "as written", the name of another file, or settings like "mix peers, override no-spillover".
    """
    scenario = loaded(name)
    for part in () if case == "as written" else case.split(", "):
        kind, _, which = part.partition(" ")
        scenario = getattr(scenario, f"with_{kind}")(which) if which else loaded(kind)
    return scenario


@cache
def run(name, case="as written", seed=1):
    """Run a variant with the draws and the seed of the pages."""
    return mv.simulate(variant(name, case), draws=DRAWS, seed=seed)


@cache
def document(name, case="as written", seed=1):
    """Give what such a run prints."""
    return run(name, case, seed).document()
