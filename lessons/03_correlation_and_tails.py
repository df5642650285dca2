# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 3: when partners break together, and what that does to the worst cases."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 3: correlation and tails")

with app.setup:
    from math import exp, sqrt

    import marimo as mo
    import numpy as np

    import multivector_sim as mv
    from multivector_sim.display.wording import number, percent, percent_between
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise

    DRAWS = 4096
    BASE = mv.load("one-or-many")
    NAMES = list(BASE.partners)
    KINDS = {"Gaussian: the usual kind": "gaussian", "t: bad luck comes in storms": "t"}


@app.function
def run(correlation, family):
    """Run ten equal partners whose hidden luck has this correlation."""
    copula = {"family": family, "loadings": {"global": sqrt(correlation), "bloc": 0}} | (
        {"nu": 3} if family == "t" else {}
    )
    return mv.simulate(BASE.with_set({"hazard.copula": copula}), draws=DRAWS, seed=1)


@app.function
def of_losses(result):
    """Return the sd of one partner's own loss, and the mean correlation of two partners' losses."""
    lost = result.attribution[:, :-1, 0] / result.trade.baseline
    covariance = np.cov(lost, rowvar=False)
    count = covariance.shape[0]
    variance = float(np.trace(covariance)) / count
    joint = (float(covariance.sum()) - count * variance) / (count * (count - 1))
    return count * sqrt(variance), joint / variance


@app.function
def effective(count, correlation):
    """Return how many independent partners equal ones with this correlation of losses are worth."""
    return 1 / (correlation + (1 - correlation) / count)


@app.function
def computed():
    """Compute every number that the text states."""
    chance = 1 - exp(-float(BASE.hazard.partners[NAMES[0]].intensity.law.mean) * BASE.horizon_months / 12)
    apart, together = run(0, "gaussian"), run(0.5, "gaussian")
    return {
        "chance": chance,
        "apart mean": apart.trade.mean().value,
        "together mean": together.trade.mean().value,
        "apart worst": apart.trade.es(0.99).value,
        "together worst": together.trade.es(0.99).value,
        "most": 0.5 * 24 / 60,
        "exercise 1": effective(10, 0.25),
        "exercise 2": 1 / 0.25,
        "exercise 3": 100 * chance**3,
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    page.opening(
        3,
        "correlation and tails",
        "See what is left of spreading when partners tend to break together, and learn to look at the worst cases and not only at "
        "the mean.",
        "03_correlation.py",
        "Lessons 1 and 2. Twenty minutes.",
    )
    return


@app.cell
def _():
    mo.md("""
    ## Sharing one storm

    Partners are not islands. A war, a slump or a sanction can break several at once. Statistics has a word for going
    together: **correlation**. It is 0 for things that have nothing to do with each other, and 1 for things that always go
    the same way.

    Here each of the ten equal partners has a hidden *luck*, and those with the worst luck break. You set the
    correlation of that luck. The chance that any one partner breaks stays as it was.

    We also need a number for the bad end. Sort all futures by what they lose. The **worst 1 %** below is the mean loss of the
    worst one in a hundred. Its full name is *expected shortfall*.

    ## Predict first
    """)
    return


@app.cell
def _():
    guess = page.Prediction(
        "The partners begin to break together. What grows?",
        ("Only the mean loss", "Only the worst cases", "Both", "Neither"),
        "Only the worst cases",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    luck = mo.ui.slider(
        0, 95, 5, value=0, label="Correlation of the partners' luck, %", show_value=True, full_width=True
    )
    kind = mo.ui.radio(list(KINDS), value=next(iter(KINDS)), label="How luck goes together")
    mo.vstack([luck, kind])
    return kind, luck


@app.cell
def _(guess, guess_field, luck):
    if luck.value == 0:
        _said = guess.noted(guess_field.value, "Now raise the correlation, and watch the mean and the worst 1 %.")
    else:
        _said = guess.outcome(
            guess_field.value,
            "Each partner is as likely to break as before, so the mean stays (within its interval). But the breaks pile up in the same "
            "futures: more futures without any loss, and worse ones among the rest.",
        )
    _said
    return


@app.cell
def _(kind, luck):
    result = run(luck.value / 100, KINDS[kind.value])
    alone, shared = of_losses(result)
    return alone, result, shared


@app.cell
def _():
    edges = [it / 100 for it in range(22)]
    independent = np.histogram(run(0, "gaussian").trade.loss_share, edges)[0] / DRAWS
    return edges, independent


@app.cell
def _(edges, alone, independent, result, shared):
    trade = result.trade
    _worst, _sd = trade.es(0.99), trade.sd()
    _rule = alone * sqrt(max(shared + (1 - shared) / 10, 0))
    _worth = min(10.0, effective(10, max(shared, 0)))
    mo.vstack(
        [
            page.tiles(
                page.Tile("mean loss", percent(trade.mean().value), f"95 % interval: {percent_between(trade.mean())}"),
                page.Tile("worst 1 %", percent(_worst.value), f"95 % interval: {percent_between(_worst)}"),
                page.Tile("sd by draws", percent(_sd.value, 2), f"by hand: {percent(_rule, 2)}"),
                page.Tile("correlation of losses", percent(shared, 0), "measured in the draws"),
                page.Tile("ten partners are worth", number(round(_worth, 1)), "independent ones"),
            ),
            page.html(
                charts.chart(
                    [
                        charts.Columns(edges, independent.tolist(), "independent", "grey", hatched=True),
                        charts.Columns(
                            edges, (np.histogram(trade.loss_share, edges)[0] / DRAWS).tolist(), "as you set it", "blue"
                        ),
                        charts.Rule("worst 1 %, on average", x=_worst.value, colour="orange"),
                    ],
                    charts.Axis("lost of five years' trade", 0, 0.2),
                    charts.Axis("part of the draws", 0, 0.5),
                    f"The mean loss is {percent(trade.mean().value)} and the worst 1 % lose {percent(_worst.value)} on average.",
                    title="The middle empties and the tail grows",
                )
            ),
        ]
    )
    return (trade,)


@app.cell
def _(facts):
    mo.md(f"""
    ## What you saw

    Take a correlation of 50 %. The mean goes from {percent(facts["apart mean"])} to {percent(facts["together mean"])}, which is no more
    than chance. The worst 1 % go from {percent(facts["apart worst"])} to {percent(facts["together worst"])}. The most that can be lost
    at all is {percent(facts["most"], 0)}: all ten break early.

    **The rule of Lesson 2, mended.** Let r be the correlation of the *losses* of two partners. For equal partners

    **sd = sd(one) x root of (r + (1 - r) x HHI)**

    With r = 0 this is the rule of Lesson 2. With r = 1 the root is 1: ten partners are like one. And what stands under the root,
    turned round, is the number of independent partners that yours are worth:

    **worth = 1 / (r + (1 - r) / number of partners)**

    **Luck is not loss.** The correlation that you set is of the hidden luck. The one of the losses, which counts, is
    smaller, because most partners break in no future at all. The picture measures it.

    **Two kinds of together.** Switch to the second kind. The correlation is the same, yet there are more futures in which almost
    everybody breaks. A correlation alone does not say how bad the worst is.
    """)
    return


@app.cell
def _():
    _counts = list(range(1, 31))
    _styles = ((0.0, "grey", "dotted"), (0.1, "blue", "solid"), (0.25, "orange", "dashed"), (0.5, "purple", "solid"))
    page.html(
        charts.chart(
            [
                charts.Line(_counts, [effective(it, r) for it in _counts], f"r = {percent(r, 0)}", colour, style)
                for r, colour, style in _styles
                if r
            ],
            charts.Axis("number of equal partners", 0, 30, form=lambda tick, _: f"{tick:g}"),
            charts.Axis("independent partners they are worth", 0, 10, form=lambda tick, _: f"{tick:g}"),
            "With a correlation of losses of 10 % thirty partners are worth fewer than ten; with 25 % fewer than four, with 50 % fewer than two.",
            title="The figure to remember: a ceiling that no number of partners breaks",
        )
    )
    return


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "The losses of ten equal partners have a correlation r of 25 %. How many independent partners are they worth?",
            facts["exercise 1"],
            0.02,
            "partners",
            hint="Put r = 0.25 and ten partners into the last rule: 1 / (0.25 + 0.75 / 10).",
            worked=f"0.25 + 0.075 = 0.325, and 1/0.325 = {facts['exercise 1']:.2f}. Ten names, three partners.",
            slips={0.325: "Now divide 1 by that.", 7.5: "It is not the part that is left over; use the rule."},
        ),
        Exercise(
            "You could find as many partners as you like, all with r = 25 %. How many independent partners can you reach at most?",
            facts["exercise 2"],
            0.01,
            "partners",
            hint="When the number of partners grows, (1 - r) / number goes to nothing. What is left of the rule?",
            worked="1 / (0.25 + 0) = 4. From the fourth partner's worth on, finding more partners is not the answer; finding *different* ones is.",
        ),
        Exercise(
            f"Three partners break independently, each with a chance of {percent(facts['chance'])} in five years. What is the chance that all three do?",
            facts["exercise 3"],
            0.03,
            "%",
            hint="Multiply the three chances.",
            worked=f"{facts['chance']:.3f} x {facts['chance']:.3f} x {facts['chance']:.3f} = {facts['exercise 3']:.2f} %. "
            "If they always broke together, it would be as likely as one breaking: twenty times as much.",
            slips={
                300 * facts["chance"]: "Adding gives the expected number of breaks. All three at once is much rarer."
            },
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
        "Correlation leaves the mean alone and feeds the tail. It sets a ceiling on what more partners can buy.",
        "**Before:** [Lesson 2](../2/). **Next:** [Lesson 4: a road in common](../4/), or `multivector learn 4`.",
    )
    return


if __name__ == "__main__":
    app.run()
