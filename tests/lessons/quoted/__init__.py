"""The numbers that a lesson's plan for the teacher quotes from its explorers, a file a lesson."""
