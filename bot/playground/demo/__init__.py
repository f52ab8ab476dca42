"""The demo: a day at the counter, played against doubles on this machine."""

from bot.playground.demo.scenes import SCENES, Scene
from bot.playground.demo.stage import NotStarted, Stage, stage

__all__ = ["SCENES", "NotStarted", "Scene", "Stage", "stage"]
