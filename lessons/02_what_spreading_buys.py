# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 2: the standard deviation of the loss, by hand from the Herfindahl index and by draws."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 2: what spreading buys")

with app.setup:
    from math import exp, sqrt

    import marimo as mo

    import multivector_sim as mv
    from multivector_sim.display.wording import number, percent, percent_between
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise

    DRAWS = 4096
    BASE = mv.load("one-or-many")
    NAMES = list(BASE.partners)
    UNEVEN = (0.6, 0.2, 0.1, 0.1)


@app.function
def hhi_of(shares):
    """Add the squares of the shares."""
    return sum(share**2 for share in shares)


@app.function
def run(shares):
    """Sell the total in these shares and return what trade loses."""
    mix = {"exports": dict(zip(NAMES, shares, strict=False))}
    return mv.simulate(BASE.with_mix(mix), draws=DRAWS, seed=1).trade


@app.function
def computed():
    """Compute every number that the text states."""
    hazard = BASE.hazard.partners[NAMES[0]]
    rate, severity, months = (
        float(it.law.mean) for it in (hazard.intensity, hazard.channels["exports"], hazard.duration_months)
    )
    years, length = BASE.horizon_months / 12, months / 12
    whole, late = 1 - exp(-rate * (years - length)), exp(-rate * (years - length))
    mean = severity / years * (length * whole + late * (length - (1 - exp(-rate * length)) / rate))
    grown = exp(rate * length) * (length**2 / rate - 2 * length / rate**2 + 2 / rate**3) - 2 / rate**3
    square = (severity / years) ** 2 * (length**2 * whole + rate * exp(-rate * years) * grown)
    return {
        "mean": mean,
        "sd": sqrt(square - mean**2),
        "uneven hhi": hhi_of(UNEVEN),
        "uneven partners": 1 / hhi_of(UNEVEN),
        "exercise 1": 1 / hhi_of((0.5, 0.25, 0.25)),
        "exercise 2": 9.0,
        "exercise 3": 100 * (1 - sqrt(hhi_of((0.9, 0.1)))),
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    page.opening(
        2,
        "what spreading buys",
        "Measure how much calmer a spread portfolio is, by a rule that fits on a napkin, and check the rule by draws.",
        "02_many_partners.py",
        "Lesson 1, the mean, and the standard deviation. Twenty minutes.",
    )
    return


@app.cell
def _(facts):
    mo.md(f"""
    ## How far from the mean

    The ten partners of Lesson 1 are back. The mean loss is {percent(facts["mean"])} of five years' trade, however it is
    spread. What spreading changes is how far single futures lie from that mean. The usual measure of that is the **standard
    deviation**, sd for short: about the typical distance of a draw from the mean.

    With everything sold to one partner the sd is {percent(facts["sd"])}: twice the mean, because most futures lose nothing and
    some lose a lot.

    ## Predict first
    """)
    return


@app.cell
def _():
    guess = page.Prediction(
        "How many equal partners does it take to halve the standard deviation of one partner?",
        ("Two", "Three", "Four", "Eight"),
        "Four",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    count = mo.ui.slider(1, 10, value=1, label="Number of partners", show_value=True, full_width=True)
    largest = mo.ui.slider(
        0,
        100,
        5,
        value=0,
        label="Part of the first partner, % (others share the rest; 0 means equal parts)",
        show_value=True,
        full_width=True,
    )
    mo.vstack([count, largest])
    return count, largest


@app.cell
def _(count, guess, guess_field, largest):
    if count.value == 1 and largest.value == 0:
        _said = guess.noted(guess_field.value, "Now move the number of partners, and find where the sd is half.")
    else:
        _said = guess.outcome(
            guess_field.value,
            "With equal partners the sd falls with the *square root* of their number: four partners halve it, nine bring it to a third.",
        )
    _said
    return


@app.cell
def _(count, largest):
    first_part = largest.value / 100 if count.value > 1 and largest.value else 1 / count.value
    shares = [first_part, *[(1 - first_part) / (count.value - 1)] * (count.value - 1)] if count.value > 1 else [1.0]
    hhi = hhi_of(shares)
    return hhi, shares


@app.cell
def _(facts, hhi, shares):
    trade = run(shares)
    _sd, _rule = trade.sd(), facts["sd"] * sqrt(hhi)
    _counts = [1 + step / 10 for step in range(91)]
    mo.vstack(
        [
            page.tiles(
                page.Tile("effective partners, 1/HHI", number(round(1 / hhi, 2)), f"{len(shares)} by name"),
                page.Tile("sd by hand", percent(_rule, 2), "sd of one x root of HHI"),
                page.Tile("sd by draws", percent(_sd.value, 2), f"95 % interval: {percent_between(_sd)}"),
            ),
            page.html(
                charts.chart(
                    [
                        charts.Line(
                            _counts,
                            [facts["sd"] / sqrt(it) for it in _counts],
                            "by hand: sd of one / root of partners",
                            "grey",
                        ),
                        charts.Dots([1 / hhi], [_sd.value], "by draws: your mix", "orange", "diamond"),
                    ],
                    charts.Axis(
                        "effective partners, 1/HHI", 1, 10, form=lambda tick, _: f"{tick:g}", ticks=tuple(range(1, 11))
                    ),
                    charts.Axis("sd of the loss", 0, 0.08),
                    f"The curve falls steeply at first and then flattens. Your mix has {1 / hhi:.1f} effective partners, and an sd "
                    f"of {percent(_sd.value)} by draws and {percent(_rule)} by hand.",
                    title="Every mix lies on one curve",
                )
            ),
        ]
    )
    return (trade,)


@app.cell
def _(hhi, shares):
    _rows = [(f"partner {place}", percent(share, 0), f"{share**2:.4f}") for place, share in enumerate(shares, 1)]
    mo.vstack(
        [
            mo.md(
                "## The rule, by hand\n\nWrite down each partner's part of trade, square it, and add up. This sum is the **HHI**, the Herfindahl-Hirschman index:"
            ),
            page.table(("", "part", "part squared"), [*_rows, ("sum", "100 %", f"{hhi:.4f} = HHI")]),
            mo.md(
                f"**1/HHI = {1 / hhi:.2f}** is the *effective number* of partners: so many equal ones would be as good as these."
            ),
        ]
    )
    return


@app.cell
def _(facts):
    mo.md(f"""
    Why squares? Standard deviations of independent things do not add; their squares do. A partner with a part s of the
    trade brings s x sd(one). Its square is s² x sd(one)². Add the squares of all partners, take the root, and there it is:

    **sd(mix) = sd(one) x root of HHI = sd(one) / root of (1/HHI)**

    Two things follow.

    * **Names do not count, parts do.** Four partners with 60, 20, 10 and 10 % have an HHI of {facts["uneven hhi"]:.2f}. They
      count for {facts["uneven partners"]:.1f} partners and not for four.
    * **The first partners buy most.** Each further one buys less than the one before. Look at how the curve flattens.

    The rule asks for two things: partners that are alike, and partners that break *independently*. Lesson 3 takes the second one away.

    ## Exercises
    """)
    return


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "A country sells 50 % to one partner and 25 % to each of two others. How many effective partners is that?",
            facts["exercise 1"],
            0.02,
            "partners",
            hint="Square 0.5, 0.25 and 0.25, add them up, and divide 1 by the sum.",
            worked=f"0.25 + 0.0625 + 0.0625 = 0.375, and 1/0.375 = {facts['exercise 1']:.2f}",
            slips={
                0.375: "That is the HHI. Now divide 1 by it.",
                3.0: "There are three names, but one of them is twice as large.",
            },
        ),
        Exercise(
            "How many equal partners does it take to bring the sd of one partner down to a third?",
            facts["exercise 2"],
            0.01,
            "partners",
            hint="The sd is divided by the root of the number of partners. Which number has the root 3?",
            worked="The root of 9 is 3, so nine partners. Three partners would only divide the sd by 1.7.",
            slips={
                3.0: "Three partners divide the sd by the root of three, which is 1.7.",
                6.0: "The root of six is only 2.4.",
            },
        ),
        Exercise(
            "A country that sold everything to one partner now sells 10 % to a second one. By how many per cent does the sd fall?",
            facts["exercise 3"],
            0.1,
            "%",
            hint="HHI = 0.9² + 0.1². The sd is multiplied by the root of that.",
            worked=f"0.81 + 0.01 = 0.82. Its root is 0.906, so the sd falls by {facts['exercise 3']:.1f} %. A small second partner helps a little.",
            slips={
                18.0: "That is by how much the HHI falls. The sd goes with its root.",
                10.0: "That is the part that moved. Use the HHI and its root.",
            },
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
        "The standard deviation falls with the root of the effective number of partners, 1/HHI. Four are worth half the sd of one.",
        "**Before:** [Lesson 1](../1/). **Next:** [Lesson 3: correlation and tails](../3/), or `multivector learn 3`.",
    )
    return


if __name__ == "__main__":
    app.run()
