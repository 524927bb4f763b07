"""Lesson 04, gradient descent: its explorers, figures, prepared data, exercises and questions."""
