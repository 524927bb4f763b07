"""Lesson 07, convolutional networks: its explorers, figures, prepared data, exercises and questions."""
