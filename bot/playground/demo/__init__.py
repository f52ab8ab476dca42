"""The demo: a day at the counter, played against doubles on this machine."""

from bot.playground.demo.scenes import SCENES, Scene
from bot.playground.demo.stage import Stage, stage

__all__ = ["SCENES", "Scene", "Stage", "stage"]
