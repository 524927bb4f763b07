"""Lesson 01, the neuron: its explorers, figures, prepared data, exercises and questions."""
