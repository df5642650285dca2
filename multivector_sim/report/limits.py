"""What no run of this model says, whatever the scenario: to be read before anything is quoted."""

__all__ = ["LIMITS"]

LIMITS = (
    (
        "How likely a stress is.",
        (
            "A stress is an assumption: if it happens, then this follows. Only a hazard has probabilities, and rates "
            "of rupture are the least known numbers of all."
        ),
    ),
    (
        "Prices.",
        (
            "Flows are at fixed prices. Exchange rates, the price of oil, budgets and output do not move. In a crisis "
            "prices move first, and may make up for volume or make it worse."
        ),
    ),
    (
        "Production chains.",
        "A missing import is a missing import; what it would have been made into, and the work in it, is not followed.",
    ),
    (
        "Intentions.",
        "Partners do not bargain, retaliate or anticipate. A clause is honoured or not by chance.",
    ),
    (
        "The best response.",
        (
            "What is cut off is rerouted, diverted and stocked by a rule of thumb, pro rata. A planner might do "
            "better, a panic worse."
        ),
    ),
    (
        "More than it was told.",
        (
            "The intervals are about the number of draws. The doubt about the figures and laws is larger, and no "
            "number of draws lessens it: look at their trust before quoting an answer."
        ),
    ),
)
