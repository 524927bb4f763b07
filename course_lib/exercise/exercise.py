"""An exercise is data: what to write, what it must give, and the mistakes people make in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field


class Refused(Exception):
    """Raised by an exercise's `use` when an answer cannot be used; the sentence says why."""


class NotAttempted(Exception):
    """Raised when what an answer returned still holds the dots of the stub."""


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its key, the message that names it, and an answer that makes it.

    `alone` says that the message is true only when nothing else is wrong, as in "w is right".
    """

    key: str
    message: str
    wrong: Callable
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise.

    Parameters
    ----------
    title, text : what to write, in Markdown; `text` says what goes in and what comes out.
    stub : what the student starts from; it defines one function or class, with `...` in its body.
    solution : the library's own function or class, or plain code where the library has none.
    inputs : `inputs(rng)` gives the checks in order, smallest first, each a tuple of arguments.
    use : `use(answer, *arguments)` gives what is compared: an array, a tuple of arrays, or a dict
        of arrays by name. By default `answer(*arguments)`. It may raise `Refused`.
    mistakes : at least five; for each of them some input must show it.
    hints : in steps; after the last one comes the source of the solution.
    minutes, difficulty, points : difficulty is 1 (easy), 2 (medium) or 3 (hard).
    tolerance : relative; a hundredth of it is the absolute one.
    warnings_count : whether a RuntimeWarning of NumPy is a fault, such as an overflow.
    seconds : after so many for all inputs together, the answer is stopped.
    inline : whether it stands where its idea is ("Your turn"), and not at the end of the lesson.
    """

    title: str
    text: str
    stub: str
    solution: Callable
    inputs: Callable
    mistakes: list[Mistake]
    hints: list[str]
    minutes: int
    difficulty: int
    points: int
    use: Callable | None = None
    tolerance: float = 1e-6
    warnings_count: bool = False
    seconds: float = 5.0
    inline: bool = False

    @property
    def name(self) -> str:
        """The name of the function or class that the student writes."""
        return re.search(r"^(?:def|class) (\w+)", self.stub, re.MULTILINE)[1]

    @property
    def part_names(self) -> list[str]:
        """["W", "b"] if the stub ends with `return W, b`, else nothing."""
        last = re.search(r"return (\w+(?:, \w+)+)$", self.stub)
        return last[1].split(", ") if last else []

    @property
    def is_class(self) -> bool:
        return bool(re.search(r"^class ", self.stub, re.MULTILINE))


@dataclass(frozen=True)
class Question:
    """A quick question: the answers to choose from, each with its explanation.

    With `otherwise`, a number is asked for: the answers are the numbers that have an explanation of
    their own, and `otherwise` is the explanation of all others.
    """

    text: str
    answers: dict[str, str] = field(default_factory=dict)
    right: str = ""
    otherwise: str = ""
    tolerance: float = 1e-3
