"""Lesson 05, backpropagation: its explorers, figures, prepared data, exercises and questions."""
