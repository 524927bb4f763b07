"""What the course says of the machine that it runs on."""

import sys

from course_lib import machine


def test_a_browser_is_known_by_its_platform(monkeypatch):
    assert not machine.in_browser()
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert machine.in_browser()
