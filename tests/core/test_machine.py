"""What hangs on the machine is not claimed where it cannot be measured."""

import sys

from course_lib import machine


def test_a_browser_makes_no_claim_about_time_or_memory(monkeypatch):
    assert machine.on_this_machine(lambda: 7) == 7
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert machine.on_this_machine(lambda: 1 / 0) == machine.NOT_HERE
