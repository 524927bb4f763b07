"""Drawings: functions `draw_*(ax, ...)` of plain matplotlib, a module a lesson."""
