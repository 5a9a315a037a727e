"""Chance that can be repeated: the same seed, the same throws. For play and tests, never for secrets."""

from random import Random

Dice = Random


def dice(seed: int) -> Dice:
    """Dice that throw the same for the same seed."""
    return Dice(seed)
