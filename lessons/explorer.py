# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""The explorer: move the controls of a scenario and see what the model says."""

import marimo

app = marimo.App(width="full", app_title="Explorer")

with app.setup:
    import marimo as mo

    from multivector_sim.errors import MultivectorError
    from multivector_sim.interactive import explorer, page
    from multivector_sim.interactive.choices import Choices, as_python, as_yaml


@app.cell
def _():
    it = explorer.opened()
    today = explorer.ran(it, Choices()).today
    mo.vstack(
        [
            page.style(),
            mo.md(f"# Explorer: {it.scenario.title}"),
            mo.md(
                "Move a control: the numbers and pictures follow. The scenario as written stays beside them, pinned. "
                f"{explorer.DRAWS:,} draws, seed {it.seed}; brackets are 95 % intervals of the draws, not of the assumptions."
            ),
        ]
    )
    return it, today


@app.cell
def _(it):
    given = explorer.controls(it.scenario)
    return (given,)


@app.cell
def _(today):
    column = mo.ui.dropdown(
        explorer.columns(today), value=next(iter(explorer.columns(today))), label="Flow that is shown", full_width=True
    )
    return (column,)


@app.cell
def _(it, given, today):
    choices = explorer.choices_of(it.scenario, given.value)
    try:
        both, problem = explorer.ran(it, choices, today), ""
    except MultivectorError as error:
        both, problem = explorer.Both(today, today), str(error)
    return both, choices, problem


@app.cell
def _(both, choices, column, given, it, problem):
    _numbers = mo.vstack(
        [
            page.noted(
                explorer.noted_choices(it.scenario, choices) if not problem else f"This cannot be run: {problem}"
            ),
            explorer.headline_tiles(both, column.value),
            page.spread(
                explorer.curve_chart(both, column.value),
                explorer.fan_chart(both, column.value),
                explorer.dependence_chart(both, column.value),
            ),
        ]
    )
    page.beside(explorer.laid_out(it.scenario, given, column), _numbers)
    return


@app.cell
def _(choices, it, problem):
    _yaml = "" if problem else as_yaml(it.scenario, choices)
    _python = "" if problem else as_python(it.loads, it.scenario, choices, explorer.DRAWS, it.seed)
    mo.vstack(
        [
            page.folded("Copy as YAML", page.text("Scenario file", _yaml)),
            page.folded("Copy as Python", page.text("Python", _python)),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
