# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 4: six customers and one pipeline, or concentration that a table of customers does not show."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 4: a road in common")

with app.setup:
    import marimo as mo

    import multivector_sim as mv
    from multivector_sim.display.wording import percent
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise

    CUSTOMERS, EACH, MONTHS = 6, 1e9, 60
    TOTAL = CUSTOMERS * EACH


@app.function
def scenario(crosses, spare, closed):
    """Six equal customers, a pipeline across a neighbour, and a port with some spare capacity a year."""
    names = [f"customer-{number}" for number in range(1, CUSTOMERS + 1)]
    carried = (1 - crosses) * TOTAL
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "one-pipeline",
            "title": "Six customers, one pipeline",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": MONTHS,
            "partners": {"neighbour": {"title": "Neighbour"}, **{name: {"title": name} for name in names}},
            "channels": {"oil": {"kind": "trade"}},
            "exposures": {"oil": dict.fromkeys(names, EACH)},
            "corridors": {
                "pipeline": {"title": "Pipeline", "capacity": 8e9, "hosts": {"neighbour": 1.0}},
                "port": {"title": "Port", "capacity": max(carried + spare, 1.0), "hosts": {}},
            },
            "legs": {"oil": {name: {"pipeline": crosses, "port": 1 - crosses} for name in names}},
            "stress": [{"partner": "neighbour", "channels": {"transit": 1.0}, "duration_months": closed}],
        }
    )


@app.function
def by_hand(crosses, spare, closed):
    """Return the share of five years' trade that is lost."""
    return max(0.0, crosses - spare / TOTAL) * closed / MONTHS


@app.function
def computed():
    """Compute every number that the text states."""
    lesson = mv.load("teaching", override=("road-closed",))
    sold = {name: float(figure.law.mean) for name, figure in lesson.exposures["exports"].items()}
    everything = sum(sold.values())
    port = float(lesson.corridors["port"].capacity.law.mean)
    bought = 0.5 * sold["neighbour"] / everything
    return {
        "customers": float(CUSTOMERS),
        "year closed": by_hand(0.9, 0, 12),
        "neighbour": sold["neighbour"] / everything,
        "rival": sold["rival"] / everything,
        "ocean": sold["ocean"] / everything,
        "port": port / everything,
        "exercise 1": 100 * (sold["neighbour"] + sold["ocean"]) / everything,
        "exercise 2": 100 * (bought + (sold["ocean"] - port) / everything) * 12 / MONTHS,
        "exercise 3": 100 * (bought + (sold["ocean"] - 2 * port) / everything) * 12 / MONTHS,
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    page.opening(
        4,
        "a road in common",
        "Find a risk that no list of customers shows: the road that all of them share. Then find out what a second road is worth.",
        "04_corridor_in_common.py",
        "Lesson 1. Lesson 2 helps. Twenty minutes.",
    )
    return


@app.cell
def _():
    mo.md("""
    ## Six customers, one pipeline

    A country sells oil to six customers abroad, the same amount to each. By Lesson 2 it could not do better with six: 1/HHI is six.

    But nine tenths of the oil leave by one pipeline. It crosses a *neighbour*, who buys nothing and so stands in no list
    of customers. The rest leaves by a port of the country's own.

    ## Predict first
    """)
    return


@app.cell
def _():
    guess = page.Prediction(
        "The neighbour closes the pipeline for one of five years. How much of five years' sales is lost?",
        ("Nothing: it buys nothing", "3 %", "9 %", "18 %"),
        "18 %",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    closed = mo.ui.slider(
        0, 60, 6, value=0, label="Months for which the pipeline is closed", show_value=True, full_width=True
    )
    crosses = mo.ui.slider(
        0, 100, 5, value=90, label="Part of the oil that crosses the neighbour, %", show_value=True, full_width=True
    )
    spare = mo.ui.slider(
        0,
        6,
        0.5,
        value=0,
        label="Spare capacity of the port, bn a year (sales are 6 bn a year)",
        show_value=True,
        full_width=True,
    )
    mo.vstack([closed, crosses, spare])
    return closed, crosses, spare


@app.cell
def _(closed, facts, guess, guess_field):
    if closed.value == 0:
        _said = guess.noted(guess_field.value, "Now close the pipeline for 12 months.")
    else:
        _said = guess.outcome(
            guess_field.value,
            f"Nine tenths of the oil are stopped for a fifth of the time: 90 % x 12/60 = {percent(facts['year closed'], 0)}. "
            "Who the customers are plays no part.",
        )
    _said
    return


@app.cell
def _(closed, crosses, spare):
    result = mv.simulate(scenario(crosses.value / 100, spare.value * 1e9, closed.value), draws=1024, seed=1)
    _dependence = result.document()["concentration"]["oil"]["dependence"].get("neighbour", 0.0)
    _hand = by_hand(crosses.value / 100, spare.value * 1e9, closed.value)
    _grid = [step / 4 for step in range(25)]
    mo.vstack(
        [
            page.tiles(
                page.Tile("by customers: 1/HHI", f"{CUSTOMERS:.1f}", "as good as six can be"),
                page.Tile("the neighbour can stop", percent(_dependence, 0), "of all sales, though it buys nothing"),
                page.Tile("lost, by hand", percent(_hand)),
                page.Tile("lost, by the model", percent(result.trade.mean().value)),
            ),
            page.html(
                charts.chart(
                    [
                        charts.Line(
                            _grid,
                            [by_hand(crosses.value / 100, it * 1e9, closed.value) for it in _grid],
                            "by hand, for every capacity",
                            "grey",
                        ),
                        charts.Dots(
                            [spare.value], [result.trade.mean().value], "by the model: your port", "orange", "diamond"
                        ),
                    ],
                    charts.Axis("spare capacity of the port, bn a year", 0, 6, form=lambda tick, _: f"{tick:g}"),
                    charts.Axis("lost of five years' sales", 0, 0.2 if closed.value <= 12 else 1),
                    f"With {spare.value:g} bn of spare capacity {percent(result.trade.mean().value)} of five years' sales are lost. "
                    "Each further billion lowers the loss by the same amount, down to zero.",
                    title="A second road helps by its spare room, and no further",
                )
            ),
        ]
    )
    return (result,)


@app.cell
def _():
    mo.md("""
    ## What you saw

    The loss is what crosses, less what the port can take over, for the time of the closure:

    **loss = (part that crosses - spare part of the port) x months / 60**, and never less than zero.

    * **Counting customers misses it.** The same 1/HHI of six goes with no risk at all and with losing nearly everything.
    * **So count by country that can stop a flow.** Add up what a country buys itself and what crosses it on the way to
      others. The library calls that its *dependence*.
    * **A second road is worth its spare room.** A port that is full already helps nobody. Once the room covers what
      crosses, more of it helps no further.

    ## Exercises: a country in round numbers

    This country is part of the library; `multivector run teaching` shows it.
    """)
    return


@app.cell
def _(facts):
    mo.vstack(
        [
            page.table(
                ("Exports go to", "part", "by"),
                [
                    ("the neighbour", percent(facts["neighbour"], 0), "its own border"),
                    ("the neighbour's rival", percent(facts["rival"], 0), "its own border"),
                    ("overseas", percent(facts["ocean"], 0), "the road across the neighbour"),
                ],
            ),
            mo.md(
                f"There is also a port, empty today, which could take {percent(facts['port'], 0)} of all exports. For 12 of 60 months the "
                "neighbour buys half of what it did, and closes the road completely."
            ),
        ]
    )
    return


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "Which part of exports can the neighbour stop?",
            facts["exercise 1"],
            0.5,
            "%",
            hint="Add what it buys and what crosses it.",
            worked=f"20 % + 50 % = {facts['exercise 1']:.0f} %. In a list of customers it is the smallest.",
            slips={
                20.0: "That is what it buys. What crosses it?",
                50.0: "That is what crosses it. It also buys something itself.",
            },
        ),
        Exercise(
            "How much of five years' exports is lost?",
            facts["exercise 2"],
            0.05,
            "%",
            hint="In a bad month: half of what the neighbour buys, and what went by the road less what the port takes. One year in five is bad.",
            worked=f"20 % x 50 % = 10 %. 50 % - 10 % = 40 %. Together 50 % for 12 of 60 months: {facts['exercise 2']:.0f} %.",
            slips={
                50.0: "That is the loss in a bad month. One year in five is bad.",
                12.0: "The port takes over a part.",
                14.0: "The neighbour stops half of its purchases, and the port takes over a part.",
                8.0: "You left out what the neighbour itself stops buying.",
            },
        ),
        Exercise(
            "And if the port were twice as large?",
            facts["exercise 3"],
            0.05,
            "%",
            hint="Only what went by the road changes.",
            worked=f"10 % + (50 % - 20 %) = 40 % for 12 of 60 months: {facts['exercise 3']:.0f} %.",
            slips={5.0: "Twice the port is not half the loss.", 9.0: "The port grows from 10 % to 20 % of exports."},
        ),
    ]
    answers = page.fields(exercises)
    return answers, exercises


@app.cell
def _(answers, exercises):
    page.worked(exercises, answers)
    return


@app.cell
def _():
    page.closing(
        "Ask not only who buys, but who can stop it. Six customers by one road are one risk.",
        "**Before:** [Lesson 3](../3/). **Next:** [Lesson 5: time](../5/), or `multivector learn 5`.",
    )
    return


if __name__ == "__main__":
    app.run()
