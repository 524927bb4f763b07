"""Contenders take turns at the same work, and the quietest turn of each counts."""

import time

import numpy as np


def enter(contenders, *arguments):
    """The contenders, made; those whose package is missing are left out, and it is said."""
    entrants = []
    for contender in contenders:
        try:
            entrants.append(contender(*arguments))
        except ImportError as error:
            print(f"{contender.name} is left out: {error}. Install the bench extra.")
    return entrants


def seconds(entrants, rounds, repeats=1):
    """Seconds an epoch, by name: the quietest of each contender's turns in rounds of all.

    A turn begins with an untimed epoch, so that nobody pays for the caches that others left cold.
    The lowest time counts, because what else the machine does can only add to it.
    """
    times = {entrant.name: [] for entrant in entrants}
    for _ in range(rounds):
        for entrant in entrants:
            entrant.epoch()
            start = time.perf_counter()
            for _ in range(repeats):
                entrant.epoch()
            times[entrant.name].append((time.perf_counter() - start) / repeats)
    return {name: min(turns) for name, turns in times.items()}


def check_equal(entrants, tolerance):
    """All have the weights of the first, course_lib, or an AssertionError."""
    for entrant in entrants[1:]:
        difference = np.abs(entrant.weights() - entrants[0].weights()).max()
        if not difference <= tolerance:
            raise AssertionError(f"{entrant.name} ends {difference:.1e} away from course_lib")
