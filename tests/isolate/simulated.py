"""A simulated metric: planted effects, and noise that only the setting and the seed decide."""

import random


def metric(*effects, noise=1.0):
    """A measure; each effect is (names, change), which acts where all of the names are changed."""

    def value(setting):
        planted = sum(change for names, change in effects if set(names) <= setting.changed)
        source = random.Random(f"{setting.seed} {sorted(setting.changed)}")
        return 10 + planted + source.gauss(0.0, noise)

    return lambda settings: [value(setting) for setting in settings]
