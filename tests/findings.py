"""What a judge found, whichever world it looked at."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Findings:
    """What should not be. Each of the first four is a broken promise, and so is any other."""

    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)

    def lines(self) -> list[str]:
        """Give all of them as lines."""
        return [f"{name}: {one}" for name in self.__slots__ for one in getattr(self, name)]
