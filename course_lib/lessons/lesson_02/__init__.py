"""Lesson 02, activations: its explorers, figures, prepared data, exercises and questions."""
