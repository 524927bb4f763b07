"""Whose notebook is this? The names that learning platforms give to what students hand in.

Canvas     andersonjane_LATE_12345_67890_01_neuron-1.ipynb    name, late, student, file, name, turn
Moodle     Jane Anderson_998877_assignsubmission_file_        the number is another each time
Blackboard Week 1_jane12_attempt_2026-03-01-10-15-00_01_neuron.ipynb

With a roster (a CSV with the columns id and name, and where known canvas and login) a student keeps
one row under the roster's id; whoever is on no line of it is listed, and not invented.
"""

import csv
import re
from dataclasses import dataclass

CANVAS = re.compile(r"(?P<name>[^\W_]+)_(?P<late>LATE_)?(?P<canvas>\d+)_\d+_(?P<file>.+?)"
                    r"(-(?P<turn>\d+))?\.ipynb")
MOODLE = re.compile(r"(?P<name>.+)_\d+_assignsubmission_(file|onlinetext)_?")
BLACKBOARD = re.compile(r".+?_(?P<login>[\w.]+)_attempt_(?P<turn>\d{4}(-\d\d){5})(_.*|\.txt)?")


@dataclass(frozen=True)
class Who:
    """A name as a platform wrote it: what is known of the student, and of this attempt."""

    name: str
    canvas: str = ""
    login: str = ""
    late: bool = False
    turn: str = ""      # of two attempts the larger one is the newer


def recognise(name) -> Who:
    """Who handed in a folder or file of this name."""
    if match := CANVAS.fullmatch(name):
        return Who(match["name"], canvas=match["canvas"], late=bool(match["late"]),
                   turn=(match["turn"] or "0").zfill(6))
    if match := MOODLE.fullmatch(name):
        return Who(match["name"])
    if match := BLACKBOARD.fullmatch(name):
        return Who(match["login"], login=match["login"], turn=match["turn"])
    return Who(name)


def plain(name) -> str:
    """Letters and digits of a name, in small letters, in any order of its parts."""
    return " ".join(sorted(re.findall(r"[^\W_]+", name.casefold())))


class Roster:
    """The students of a course, by all the names that they go by.

    Raises ValueError for a file without the column id, and for two lines with the same id.
    """

    def __init__(self, path):
        self.ids = {}
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        if not lines or "id" not in lines[0]:
            raise ValueError(f"{path} needs a first line with the column id, and may have name, "
                             "canvas and login")
        seen = set()
        for line in lines:
            who = line["id"].strip()
            if not who or who in seen:
                raise ValueError(f"{path}: the id {who!r} is missing or stands there twice")
            seen.add(who)
            for column in ("id", "name", "canvas", "login"):
                if value := (line.get(column) or "").strip():
                    self.ids.setdefault((column, plain(value)), set()).add(who)
            if name := (line.get("name") or "").strip():    # Canvas writes it in one word
                joined = "".join(plain(part) for part in reversed(name.split()))
                for one in (joined, "".join(plain(part) for part in name.split())):
                    self.ids.setdefault(("name", one), set()).add(who)

    def find(self, who) -> str | None:
        """The id of a student, or None if nobody, or more than one, is meant."""
        for column, value in (("canvas", who.canvas), ("login", who.login), ("id", who.name),
                              ("name", who.name)):
            found = self.ids.get((column, plain(value))) if value else None
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None
