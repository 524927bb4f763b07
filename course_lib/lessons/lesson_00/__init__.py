"""Lesson 00, why deep learning: its explorers, figures, prepared data, exercises and questions."""
