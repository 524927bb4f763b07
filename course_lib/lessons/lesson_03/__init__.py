"""Lesson 03, cost functions: its explorers, figures, prepared data, exercises and questions."""
