"""What builds and publishes the course, each a command: python -m tools.execute 04."""
