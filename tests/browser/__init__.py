"""Tests that drive a real browser, and the tool that measures slides."""

from tools import slides  # noqa: F401
