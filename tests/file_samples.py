# SPDX-License-Identifier: Apache-2.0
"""What the tests of several file formats are made of."""

import random


def maybe(values, nulls=0.1, seed=1):
    """The values, a share of them None."""
    chance = random.Random(seed)
    return [None if chance.random() < nulls else value for value in values]


def damaged(good, times, seed=5):
    """The bytes again and again with a few of them changed, and now and then cut."""
    chance = random.Random(seed)
    for _ in range(times):
        data = bytearray(good[: chance.randrange(len(good)) if chance.random() < 0.1 else len(good)])
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield data
