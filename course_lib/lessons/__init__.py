"""What belongs to one lesson: its explorers, figures, prepared data, exercises and questions."""
