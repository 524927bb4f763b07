"""What takes minutes and changes seldom: `make test-slow`, and CI after `make test`."""
