"""The database that each crash test copies."""

from tests.e2e.template import template

__all__ = ["template"]
