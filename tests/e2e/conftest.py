"""The database that most of these tests copy."""

from tests.e2e.template import template

__all__ = ["template"]
