# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 5: ramp, duration, return and scar, and what it means not to know how long."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 5: time")

with app.setup:
    from math import exp, log

    import marimo as mo
    import numpy as np

    import multivector_sim as mv
    from multivector_sim.display.wording import percent, percent_between
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise

    DRAWS = 4096
    SHARE, SEVERITY, MONTHS, ONSET, MEDIAN = 0.3, 0.5, 60, 6, 12


@app.function
def scenario(**clause):
    """One neighbour with 30 % of trade, which stops half of it; the clause says when and for how long."""
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "time",
            "title": "One neighbour, over time",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": MONTHS,
            "partners": {"neighbour": {"title": "The neighbour"}, "rest": {"title": "Everybody else"}},
            "channels": {"exports": {"kind": "trade"}},
            "exposures": {"exports": {"neighbour": SHARE * 10e9, "rest": (1 - SHARE) * 10e9}},
            "stress": [{"partner": "neighbour", "channels": {"exports": SEVERITY}, **clause}],
        }
    )


@app.function
def full_months(ramp, duration, half_life, scar, onset=ONSET):
    """Return the area of the rupture in months of full severity, within the horizon; ramp and duration end before it."""
    rest = MONTHS - onset - ramp - duration
    back = half_life / log(2) * (1 - 2 ** (-rest / half_life)) if half_life else 0.0
    return ramp / 2 + duration + scar * rest + (1 - scar) * back


@app.function
def computed():
    """Compute every number that the text states."""
    deep, plain = SHARE * SEVERITY, full_months(0, 12, 0, 0)
    return {
        "bad month": deep,
        "clean": deep * plain / MONTHS,
        "scarred": deep * full_months(0, 12, 0, 0.2) / MONTHS,
        "more": full_months(0, 12, 0, 0.2) / plain - 1,
        "exercise 1": 100 * deep * (6 / 2 + 12) / MONTHS,
        "exercise 2": 100 * deep * (12 + 0.1 * 30) / MONTHS,
        "exercise 3": MEDIAN * exp(0.8**2 / 2),
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    page.opening(
        5,
        "time",
        "See how the same blow costs more or less by how it begins, how long it lasts, how it heals, and what never comes back.",
        "05_trade_to_investment.py",
        "Lesson 1. Twenty minutes.",
    )
    return


@app.cell
def _(facts):
    mo.md(f"""
    ## The course of a rupture

    The neighbour of Lesson 1 has {percent(SHARE, 0)} of trade and stops half of it, so {percent(facts["bad month"], 0)} of all trade is
    missing when it is worst. It begins after {ONSET} months. Four numbers say how it goes on:

    * the **ramp**: how many months it takes to become as bad as it gets;
    * the **duration**: how many months it stays there;
    * the **half-life**: after how many months half of what can heal has healed; 0 means at once;
    * the **scar**: the part of the loss that never comes back.

    ## Predict first
    """)
    return


@app.cell
def _():
    guess = page.Prediction(
        "A rupture lasts a year and then everything comes back at once. Another one is the same, but a fifth of the loss never comes back. "
        "How much more does the second one cost over the five years?",
        ("A fifth more", "Half as much again", "70 % more", "Twice as much"),
        "70 % more",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    ramp = mo.ui.slider(0, 12, 1, value=0, label="Ramp, months", show_value=True, full_width=True)
    duration = mo.ui.slider(0, 30, 1, value=12, label="Duration, months", show_value=True, full_width=True)
    half_life = mo.ui.slider(
        0, 24, 1, value=0, label="Half-life of the return, months", show_value=True, full_width=True
    )
    scar = mo.ui.slider(0, 100, 5, value=0, label="Scar, % of the loss that stays", show_value=True, full_width=True)
    mo.vstack([ramp, duration, half_life, scar])
    return duration, half_life, ramp, scar


@app.cell
def _(facts, guess, guess_field, scar):
    if scar.value == 0:
        _said = guess.noted(guess_field.value, "Now move the scar from 0 to 20 %, and compare the loss.")
    else:
        _said = guess.outcome(
            guess_field.value,
            f"With a scar of 20 % the loss goes from {percent(facts['clean'])} to {percent(facts['scarred'])}, which is {percent(facts['more'], 0)} "
            "more. A fifth is small, but it stays for all of the 42 months that are left.",
        )
    _said
    return


@app.cell
def _(duration, half_life, ramp, scar):
    result = mv.simulate(
        scenario(
            onset_month=ONSET,
            ramp_months=ramp.value,
            duration_months=duration.value,
            half_life_months=half_life.value,
            scar=scar.value / 100,
        ),
        draws=1024,
        seed=1,
    )
    _path = result.paths(draws=1)[0][:, result.columns.index("trade")].tolist()
    _area = full_months(ramp.value, duration.value, half_life.value, scar.value / 100)
    _edges = list(range(MONTHS + 1))
    mo.vstack(
        [
            page.tiles(
                page.Tile(
                    "lost of five years' trade",
                    percent(result.trade.mean().value, 2),
                    f"by hand: {percent(SHARE * SEVERITY * _area / MONTHS, 2)}",
                ),
                page.Tile("months at full severity", f"{_area:.1f}", "the whole area, levelled out"),
                page.Tile("missing in the worst month", percent(1 - min(_path))),
                page.Tile("missing in the last month", percent(1 - _path[-1])),
            ),
            page.html(
                charts.chart(
                    [charts.Columns(_edges, [1 - it for it in _path], "missing in each month", "orange")],
                    charts.Axis("month", 0, MONTHS, form=lambda tick, _: f"{tick:g}"),
                    charts.Axis("missing of a month's trade", 0, 0.2),
                    f"At its worst {percent(1 - min(_path))} of trade is missing, and {percent(1 - _path[-1])} still is in the last month.",
                    title="The loss is the area",
                )
            ),
        ]
    )
    return (result,)


@app.cell
def _():
    mo.md("""
    ## The area, by hand

    Count in *months at full severity*:

    * the ramp counts half, because it climbs from nothing to full: **ramp / 2**;
    * the duration counts full: **duration**;
    * the scar counts for all the months that are left: **scar x months left**;
    * what heals with a half-life counts about **1.44 x half-life x (1 - scar)**, if there is time to heal (1.44 is 1 divided by the
      natural logarithm of 2).

    Then **loss = part of trade x part stopped x that sum / 60**. A long small scar easily outweighs a deep short pit.
    """)
    return


@app.cell
def _():
    mo.md(f"""
    ## Not knowing how long

    Nobody knows the duration in advance. Suppose it is as likely to be shorter as longer than {MEDIAN} months: {MEDIAN} is its **median**.
    Durations cannot fall below nothing, but they can be very long, so the doubt lies mostly on one side. The slider says how wide
    the doubt is. (Its name in the library is the *sigma* of a lognormal law.)
    """)
    return


@app.cell
def _():
    doubt = mo.ui.slider(
        0, 100, 10, value=0, label="Doubt about the duration, in hundredths", show_value=True, full_width=True
    )
    doubt
    return (doubt,)


@app.cell
def _(doubt):
    _law = {"lognormal": {"median": MEDIAN, "sigma": doubt.value / 100}} if doubt.value else MEDIAN
    uncertain = mv.simulate(scenario(duration_months=_law), draws=DRAWS, seed=1).trade
    _edges = [it / 100 for it in range(16)]
    _heights = (np.histogram(uncertain.loss_share, _edges)[0] / DRAWS).tolist()
    _known = SHARE * SEVERITY * MEDIAN / MONTHS
    mo.vstack(
        [
            page.tiles(
                page.Tile(
                    "mean loss",
                    percent(uncertain.mean().value, 2),
                    f"95 % interval: {percent_between(uncertain.mean())}",
                ),
                page.Tile("loss at the median", percent(_known, 2), f"{MEDIAN} months exactly"),
                page.Tile("worst twentieth, mean", percent(uncertain.es(0.95).value, 1)),
            ),
            page.html(
                charts.chart(
                    [
                        charts.Columns(_edges, _heights, "draws", "blue"),
                        charts.Rule("loss at the median duration", x=_known, colour="grey", style="dotted"),
                        charts.Rule("mean loss", x=uncertain.mean().value, colour="orange"),
                    ],
                    charts.Axis("lost of five years' trade", 0, 0.15),
                    charts.Axis("part of the draws", 0, 1),
                    f"The mean loss is {percent(uncertain.mean().value)}; at the median duration it would be {percent(_known)}.",
                    title="Doubt pulls the mean up",
                )
            ),
            mo.md(
                "Although longer and shorter are equally likely, the mean loss rises with doubt: a few very long ruptures weigh more than many short ones."
            ),
        ]
    )
    return (uncertain,)


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "30 % of trade, half of it stopped. The ramp takes 6 months, the duration is 12, and then all comes back at once. How much of 60 months' trade is lost?",
            facts["exercise 1"],
            0.03,
            "%",
            hint="The ramp counts half. How many months at full severity are that?",
            worked=f"6/2 + 12 = 15 months. 30 % x 50 % x 15/60 = {facts['exercise 1']:.2f} %.",
            slips={
                4.5: "The ramp climbs from nothing, so it counts only half.",
                3.0: "The ramp is not free: it counts half.",
            },
        ),
        Exercise(
            "No ramp; 12 months at full severity; then 10 % of the loss stays for the 30 months that are left. How much of 60 months' trade is lost?",
            facts["exercise 2"],
            0.03,
            "%",
            hint="A tenth of the loss for 30 months is as much as the whole loss for how many?",
            worked=f"12 + 10 % x 30 = 15 months. 30 % x 50 % x 15/60 = {facts['exercise 2']:.2f} %: exactly as much as the slow beginning in exercise 1.",
            slips={3.0: "That leaves the scar out.", 10.5: "Only a tenth of the loss stays."},
        ),
        Exercise(
            "For the law above the mean duration is the median times e^(s²/2), with s the doubt. What is the mean for a median of 12 months and a doubt of 0.8?",
            facts["exercise 3"],
            0.1,
            "months",
            hint="0.8² / 2 = 0.32, and e^0.32 is about 1.38.",
            worked=f"12 x 1.377 = {facts['exercise 3']:.1f} months: a third more than the median.",
            slips={12.0: "That is the median. The mean lies above it."},
        ),
    ]
    answers = page.fields(exercises)
    return answers, exercises


@app.cell
def _(answers, exercises):
    mo.vstack([mo.md("## Exercises"), page.worked(exercises, answers)])
    return


@app.cell
def _():
    page.closing(
        "A loss is an area: depth times time. What stays small for long costs as much as what is deep and short, and doubt about the time pulls the mean up.",
        "**Before:** [Lesson 4](../4/). **Next:** [Lesson 6: what helps and what it is worth](../6/), or `multivector learn 6`.",
    )
    return


if __name__ == "__main__":
    app.run()
