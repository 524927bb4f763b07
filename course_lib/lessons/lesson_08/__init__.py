"""Lesson 08, recurrent networks: its explorers, figures, prepared data, exercises and questions."""
