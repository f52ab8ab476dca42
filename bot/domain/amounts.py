"""Open amounts: a face value that an agent names becomes a type like any other."""

from collections.abc import Sequence

from bot.domain.catalog import CardType, ListedType, OpenAmount
from bot.domain.money import MINOR_DIGITS, Money, plain_decimal

AnyType = CardType | ListedType


def face_key(face: Money) -> str:
    """Write a face value as the key of its type: a plain decimal (`25`, `37.5`)."""
    return plain_decimal(face.amount)


def face_name(face: Money) -> str:
    """Name a face value as providers name their own types: `25 USD`, `37.50 USD`."""
    whole = face.amount == face.amount.to_integral_value()
    return f"{face.amount:.{0 if whole else MINOR_DIGITS}f} {face.currency}"


def asked_type(opened: AnyType, bounds: OpenAmount, face: Money) -> ListedType:
    """Make the type of a face value that `bounds`, the open amount of `opened`, takes."""
    return ListedType(
        key=face_key(face),
        name=face_name(face),
        cost=bounds.cost(face, opened.cost.currency),
        stock=opened.stock,
        most=opened.most,
        face=face,
        asked=True,
    )


def asked_again(known: Sequence[CardType], listed: Sequence[ListedType]) -> list[ListedType]:
    """List again, by a new reading of a product, the types that agents had asked for.

    One that no open amount takes any more is left out, and so is one that the provider lists
    itself by now.
    """
    own = {one.key for one in listed} | {face_key(one.face) for one in listed if one.face}
    asked = (one.face for one in known if one.asked and one.face and one.key not in own)
    again = (_asked_of(listed, face) for face in asked)
    return [one for one in again if one is not None]


def largest(bounds: OpenAmount) -> Money:
    """Find the largest face value that can be had: the most, or the last step below it."""
    steps = (bounds.most - bounds.least).minor // bounds.step.minor
    return bounds.least + bounds.step * steps


def around(bounds: OpenAmount, face: Money) -> tuple[Money, Money]:
    """Find what can be had below and above a face value between two steps."""
    steps = (face - bounds.least).minor // bounds.step.minor
    below = bounds.least + bounds.step * steps
    return below, below + bounds.step


def _asked_of(listed: Sequence[ListedType], face: Money) -> ListedType | None:
    for one in listed:
        if one.open_amount is not None and one.open_amount.takes(face):
            return asked_type(one, one.open_amount, face)
    return None
