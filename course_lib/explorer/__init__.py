"""Explorers: a picture, its controls and a sentence with the numbers; a module a lesson."""
