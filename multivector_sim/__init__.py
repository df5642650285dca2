"""A country's partners as a portfolio of exposures.

``load`` reads a scenario, ``simulate`` runs it, the :class:`Result` answers. Everything but the errors is imported when
it is first asked for, so that the command line answers at once.
"""

import typing as _typing
from importlib import import_module as _import_module

from multivector_sim.display.plotting import register_renderer as _register_renderer
from multivector_sim.errors import FlowsError, Mistake, MultivectorError, ScenarioError, StoreError, UsageError

if _typing.TYPE_CHECKING:
    from multivector_sim.engine.precision import Precision
    from multivector_sim.engine.result import Result
    from multivector_sim.engine.simulate import simulate
    from multivector_sim.evidence.atlas import atlas
    from multivector_sim.evidence.backtest import backtest
    from multivector_sim.evidence.calibrate import calibrate
    from multivector_sim.evidence.calibration import Calibration
    from multivector_sim.evidence.cases import backtest_cases
    from multivector_sim.evidence.flows.read import read_flows
    from multivector_sim.evidence.flows.reader import register_reader
    from multivector_sim.evidence.flows.table import Flows
    from multivector_sim.evidence.from_flows import scenario_from_flows
    from multivector_sim.evidence.rupture_definition import Definition
    from multivector_sim.measure.intervals import Estimate
    from multivector_sim.measure.registered_measures import register_measure
    from multivector_sim.questions.claims import claims
    from multivector_sim.questions.compare import compare
    from multivector_sim.questions.contribute import contribute
    from multivector_sim.questions.frontier.frontier import frontier
    from multivector_sim.questions.must_be_true import must_be_true
    from multivector_sim.questions.rank import rank
    from multivector_sim.questions.reverse_stress import reverse_stress
    from multivector_sim.questions.sensitivity import sensitivity
    from multivector_sim.questions.study import study
    from multivector_sim.report.dashboard import dashboard
    from multivector_sim.sampling.laws import register_law
    from multivector_sim.sampling.sobol import Sobol
    from multivector_sim.scenario.figure import Figure
    from multivector_sim.scenario.law import Law
    from multivector_sim.scenario.read import load, resolve, scenarios
    from multivector_sim.scenario.scenario import Scenario

__all__ = [
    "Calibration",
    "Definition",
    "Estimate",
    "Figure",
    "Flows",
    "FlowsError",
    "Law",
    "Mistake",
    "MultivectorError",
    "Precision",
    "Result",
    "Scenario",
    "ScenarioError",
    "Sobol",
    "StoreError",
    "UsageError",
    "atlas",
    "backtest",
    "backtest_cases",
    "calibrate",
    "claims",
    "compare",
    "contribute",
    "dashboard",
    "frontier",
    "load",
    "must_be_true",
    "rank",
    "read_flows",
    "register_law",
    "register_measure",
    "register_reader",
    "resolve",
    "reverse_stress",
    "scenario_from_flows",
    "scenarios",
    "sensitivity",
    "simulate",
    "study",
]

_LATE = {
    "Calibration": "evidence.calibration",
    "Definition": "evidence.rupture_definition",
    "Estimate": "measure.intervals",
    "Figure": "scenario.figure",
    "Flows": "evidence.flows.table",
    "Law": "scenario.law",
    "Precision": "engine.precision",
    "Result": "engine.result",
    "Scenario": "scenario.scenario",
    "Sobol": "sampling.sobol",
    "atlas": "evidence.atlas",
    "backtest": "evidence.backtest",
    "backtest_cases": "evidence.cases",
    "calibrate": "evidence.calibrate",
    "claims": "questions.claims",
    "compare": "questions.compare",
    "contribute": "questions.contribute",
    "dashboard": "report.dashboard",
    "frontier": "questions.frontier.frontier",
    "load": "scenario.read",
    "must_be_true": "questions.must_be_true",
    "rank": "questions.rank",
    "read_flows": "evidence.flows.read",
    "register_law": "sampling.laws",
    "register_measure": "measure.registered_measures",
    "register_reader": "evidence.flows.reader",
    "resolve": "scenario.read",
    "reverse_stress": "questions.reverse_stress",
    "scenario_from_flows": "evidence.from_flows",
    "scenarios": "scenario.read",
    "sensitivity": "questions.sensitivity",
    "simulate": "engine.simulate",
    "study": "questions.study",
}


def _chart(name: str) -> _typing.Callable[[], _typing.Any]:
    """Return a function that finds one of the report's charts when it is first wanted."""
    return lambda: getattr(_import_module("multivector_sim.report.matplotlib_charts"), name)


for _name in ("fan", "exceedance", "attribution"):
    _register_renderer(f"result.{_name}", _chart(_name))
_register_renderer("scenario.concentration", _chart("concentration"))
_register_renderer("result.report", lambda: _import_module("multivector_sim.report.page").write_report)


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name == "__version__":
        from multivector_sim.version import installed_version

        return installed_version()
    if name not in _LATE:
        raise AttributeError(f"module 'multivector_sim' has no attribute '{name}'")
    found: object = getattr(_import_module(f"multivector_sim.{_LATE[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
