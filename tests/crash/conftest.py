"""The databases that each crash test copies."""

from tests.e2e.template import plum_template, template

__all__ = ["plum_template", "template"]
