"""Lesson 07, convolutional networks: explorers, figures, prepared data, exercises, questions."""
