"""Two exercises of lesson 10 on time: when two workers are faster, and what the slowest costs."""

import numpy as np

from course_lib.exercise.exercise import Exercise, Mistake


def times_faster(work, message, workers):
    return work / (work / workers + message)


def faster_inputs(rng):
    checks = [(8.0, 0.0, 2), (8.0, 4.0, 2), (1.0, 12.0, 2), (100.0, 2.0, 10)]
    return [*checks, *((round(float(rng.uniform(1, 50)), 1), round(float(rng.uniform(0.5, 9)), 1),
                        int(rng.integers(2, 40))) for _ in range(3))]


FASTER = Exercise(
    title="How many times faster?",
    text="A step takes one computer `work` milliseconds. With `workers` workers each has an equal "
         "share of the work, they all compute at the same time, and the messages of the step take "
         "`message` milliseconds, however many workers there are. How many times faster is a step "
         "than on one computer, which needs no messages?",
    stub='''def times_faster(work, message, workers):
    return ...''',
    solution=times_faster, inputs=faster_inputs,
    mistakes=[
        Mistake("messages forgotten", "the messages are not in it.",
                lambda work, message, workers: float(workers)),
        Mistake("upside down", "it is upside down: this is the new time as a share of the old "
                "one.", lambda work, message, workers: (work / workers + message) / work),
        Mistake("messages shared", "the messages are divided among the workers. They take the "
                "same time, however many workers there are.",
                lambda work, message, workers: work / ((work + message) / workers)),
        Mistake("messages at home", "one computer alone sends no messages.",
                lambda work, message, workers: (work + message) / (work / workers + message)),
        Mistake("a message for each", "the message is counted once for each worker. It takes "
                "`message` milliseconds for all of them together.",
                lambda work, message, workers: work / (work / workers + message * workers)),
        Mistake("work not shared", "the work is not shared: each worker has `work / workers`.",
                lambda work, message, workers: work / (work + message)),
        Mistake("the time", "this is the time of a step. Divide the time of one computer by it.",
                lambda work, message, workers: work / workers + message),
    ],
    hints=["How long does a step take with the workers? First their share of the work, then the "
           "messages.", "Times faster = old time / new time."],
    minutes=4, difficulty=1, points=1, inline=True,
)


def time_of_a_step(times):
    return np.mean(np.max(times, axis=1))


def waiting_inputs(rng):
    checks = [(np.array([[1.0, 3.0], [2.0, 1.0]]),), (np.array([[1.0, 1.0, 5.0]]),)]
    return [*checks, *((rng.uniform(1, 4, size=shape).round(1),)
                       for shape in ((3, 2), (5, 4), (4, 7), (6, 1)))]


WAITING = Exercise(
    title="The slowest decides",
    text="`times` (steps, workers) says how long each worker took for its share of each step. A "
         "synchronous step ends when the **last** worker is done. Return the mean time of a step.",
    stub='''def time_of_a_step(times):
    return ...''',
    solution=time_of_a_step, inputs=waiting_inputs,
    mistakes=[
        Mistake("mean of all", "this is the mean over all workers, as if nobody had to wait.",
                lambda t: np.mean(t)),
        Mistake("the slowest on the whole", "this is the time of the worker who is slowest on the "
                "whole. In each step another one can be the last.",
                lambda t: np.max(np.mean(t, axis=0))),
        Mistake("wrong axis", "it takes the largest time over the steps, for each worker. Take "
                "the largest over the workers, for each step.",
                lambda t: np.mean(np.max(t, axis=0))),
        Mistake("the first", "a step ends when the last worker is done, not the first.",
                lambda t: np.mean(np.min(t, axis=1))),
        Mistake("the sum", "this is the time of all steps together. Take the mean.",
                lambda t: np.sum(np.max(t, axis=1))),
        Mistake("the median", "this is the median worker's time. A step waits for the last one.",
                lambda t: np.mean(np.median(t, axis=1))),
        Mistake("one after the other", "here the workers compute one after the other. They "
                "compute at the same time.", lambda t: np.mean(np.sum(t, axis=1))),
    ],
    hints=["For one step: the largest time in its row.",
           "`np.max(..., axis=1)` takes the largest of each row."],
    minutes=4, difficulty=1, points=1,
)
