"""Lesson 06, bank churn: its explorers, figures, prepared data, exercises and questions."""
