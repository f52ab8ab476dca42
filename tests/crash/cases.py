"""Where the bot dies in an order's life, at each provider, and what comes of the order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.orders import OrderState
from bot.playground.books import Plan
from bot.playground.faults import cut
from bot.playground.plum import Rotation
from bot.settings import ONECLICKDZ, PLUM
from tests.e2e.shop import FREE_FIRE, PLUM_PSN, PSN, Shop

Happening = Callable[[Shop], None]


def nothing(_: Shop) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where the bot dies, what the provider does, and what comes of the order.

    `at_first` happens before the bot starts, `meanwhile` while the member reads the confirm
    screen. `lost`: nothing was written down, so a person taps again.
    """

    story: str
    point: str = ""
    provider: str = ONECLICKDZ
    state: OrderState = OrderState.FULFILLED
    cards: int = 2
    quantity: int = 2
    path: tuple[str, str, str] = PSN
    at_first: Happening = nothing
    meanwhile: Happening = nothing
    lost: bool = False

    def __str__(self) -> str:
        return f"{self.provider}, {self.story}: {self.point}"


def fills(count: int) -> Happening:
    return lambda shop: shop.sides[0].double.plan(Plan(filled=count))


def loses_the_answer(shop: Shop) -> None:
    side = shop.sides[0]
    side.double.fault(side.placing, cut(), after=True)


def loses_the_order(shop: Shop) -> None:
    side = shop.sides[0]
    side.double.fault(side.placing, cut())


def sells_out(shop: Shop) -> None:
    shop.provider.catalog.card_type(PSN[2]).stock = 0


def sells_out_at_plum(shop: Shop) -> None:
    shop.plum.catalog.product(PLUM_PSN[1]).in_stock = False


def is_poor(shop: Shop) -> None:
    shop.provider.deposit(Decimal(100) - shop.provider.balance)


def ends_its_tokens(rotation: Rotation) -> Happening:
    """Let the access token end, so that the order goes with a renewed one."""

    def end(shop: Shop) -> None:
        shop.plum.rotate(rotation)
        shop.plum.expire_access()

    return end


def around(action: str, case: Case) -> tuple[Case, Case]:
    """Die before it and after it, with the same end."""
    return replace(case, point=f"before {action}"), replace(case, point=f"after {action}")


def at_plum(*cases: Case) -> tuple[Case, ...]:
    """Let the same happen at the provider that finds orders by our reference."""
    return tuple(replace(one, provider=PLUM, path=PLUM_PSN) for one in cases)


S = OrderState
FULL = Case(story="bought")
UNPLACED = Case(story="never left", state=S.REFUSED, cards=0)
PARTIAL = Case(story="half came", meanwhile=fills(1), state=S.PARTIALLY_FILLED, cards=1)
REFUNDED = Case(story="none came", meanwhile=fills(0), state=S.REFUNDED, cards=0)
LONG = Case(
    story="two messages", path=FREE_FIRE, quantity=21, cards=21
)  # too long for one message: not by edit
ANSWER_LOST = Case(story="answer lost", meanwhile=loses_the_answer)
ORDER_LOST = Case(story="order lost", meanwhile=loses_the_order, state=S.REFUSED, cards=0)
SOLD_OUT = Case(story="sold out", meanwhile=sells_out, state=S.REFUSED, cards=0)
WITHDRAWN = Case(story="provider poor", at_first=is_poor, state=S.WITHDRAWN, cards=0)
TOKENS_ENDED = Case(
    story="tokens ended", meanwhile=ends_its_tokens(Rotation.GRACE), state=S.REFUSED, cards=0
)

CASES = (
    replace(FULL, point="before order.confirmed", lost=True),
    replace(FULL, point="after order.confirmed"),
    replace(FULL, point="before order.sending"),
    replace(UNPLACED, point="after order.sending"),
    replace(UNPLACED, point="before place"),
    replace(FULL, point="after place"),
    *around("order.handling", FULL),
    *around("order.fulfilled", FULL),
    *around("order.partially_filled", PARTIAL),
    *around("order.refunded", REFUNDED),
    *around("edit receipt", FULL),
    *around("send receipt", LONG),
    *around("cards.shown", FULL),
    *around("order.unknown", ANSWER_LOST),
    *around("order.handling", ANSWER_LOST),
    *around("order.absent-once", ORDER_LOST),
    *around("order.refused", ORDER_LOST),
    *around("order.refused", SOLD_OUT),
    *around("order.withdrawn", WITHDRAWN),
    # What finding by reference, a cost in another currency, and tokens make different.
    *at_plum(
        replace(FULL, point="after place"),
        replace(PARTIAL, point="before order.partially_filled"),
        replace(REFUNDED, point="before order.refunded"),
        replace(ANSWER_LOST, point="before order.handling"),
        replace(ORDER_LOST, point="before order.refused"),
        replace(SOLD_OUT, point="before order.refused", meanwhile=sells_out_at_plum),
        *around("provider.tokens-renewed", TOKENS_ENDED),
    ),
)
