"""The colours of partners differ for every eye: as they are, and as each kind of colour blindness sees them."""

import itertools

import numpy as np
import pytest

from multivector_sim.display.palette import TONES

BLINDNESS = {  # Machado, Oliveira and Fernandes 2009, full severity, on linear RGB
    "none": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
FAR_ENOUGH = 0.07
"""In Oklab, where 0.02 is just noticeable."""


def oklab(tones, seen):
    linear = []
    for tone in tones:
        values = np.array([int(tone[place : place + 2], 16) / 255 for place in (1, 3, 5)])
        linear.append(np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4))
    cones = np.cbrt(np.clip(np.array(linear) @ np.transpose(seen), 0, 1) @ np.transpose(TO_CONES))
    return cones @ np.transpose(TO_LAB)


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("paper", [0, 1], ids=["light", "dark"])
def test_any_two_colours_can_be_told_apart(kind, paper):
    places = oklab([tones[paper] for tones in TONES.values()], BLINDNESS[kind])
    near = {
        (one, other): round(float(np.linalg.norm(places[a] - places[b])), 3)
        for (a, one), (b, other) in itertools.combinations(enumerate(TONES), 2)
        if np.linalg.norm(places[a] - places[b]) < FAR_ENOUGH
    }
    assert near == {}
