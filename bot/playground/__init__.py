"""Doubles of the outside world: real HTTP servers on the loopback, for the demo and tests."""
