"""Who uses the counter in bad weather: agents who tap again, an admin who reads his alerts."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from bot.commands.opening import looking_into
from bot.domain.alerts import Alert, AlertKind
from bot.domain.orders import Order, OrderState
from bot.errors import StoreError
from bot.playground.telegram import Message, Person
from bot.playground.telegram.press import Press
from bot.ports.store import Work
from bot.services import marks
from bot.settings import PLUM
from tests.e2e.shop import Shop, ever_shown, named
from tests.torture.goods import Goods
from tests.torture.passing import Chance, passes
from tests.torture.witness import Witness, ask

PATIENCE = 4.0
"""How long an agent waits for a screen before it begins again."""

WAITS = 5.0
"""How long an agent waits for the end of an order before it buys again."""

QUANTITIES = (1, 1, 1, 2, 2, 3, 4, 5)

STUBBORN = 120.0
"""How long an agent taps Confirm again and again when nothing happens."""


OURS = "SELECT 1 FROM orders WHERE reference = ?"

AGAIN = 10.0
"""How long the admin waits before he repeats a command."""

MOST = 15
"""How many he writes in that time: each is answered in its turn, and a stop waits for that."""


async def seen(
    stand: Shop, person: Person, what: Callable[[Message], object], *, since: int, seconds: float
) -> Message | None:
    """Wait for a message of the bot that was changed after a mark; None when none comes."""

    def look() -> Message | None:
        for message in reversed(person.messages):
            if message.changed > since and message.by_bot and what(message):
                return message
        return None

    try:
        return await stand.telegram.world.changes.until(look, timeout_seconds=seconds)
    except TimeoutError:
        return None


@dataclass(slots=True, kw_only=True)
class Shopkeeper:
    """Buys until it is `enough`; taps twice, taps again when nothing happens."""

    stand: Shop
    person: Person
    chance: Chance
    goods: tuple[Goods, ...]
    enough: asyncio.Event
    confirmed: list[Message] = field(default_factory=list)

    async def buy(self) -> None:
        """Make one sale after the other."""
        while not self.enough.is_set():
            if confirm := await self._walk():
                await self._confirm(confirm)

    async def tap_again(self, last: int | None = 3) -> None:
        """Be the app that repeats its last presses after a reconnect; None repeats them all."""
        for confirm in self.confirmed[-last:] if last else self.confirmed:
            press = await self.person.tap("confirm:", on=confirm)
            await press.answered(STUBBORN)

    async def _walk(self) -> Message | None:
        """Walk from /buy to the confirm screen; None when a screen does not come."""
        path, amount = self.chance.dice.choice(self.goods)
        mark = self.stand.telegram.mark()
        await self.person.send("/buy")
        for verb, name in zip(("category:", "product:", "type:"), path, strict=True):
            screen = await self._sees(partial(named, verb, name), since=mark)
            if screen is None:
                return None
            mark = self.stand.telegram.mark()
            await self.person.tap(str(named(verb, name, screen)), on=screen)
        for typed in filter(None, (amount, str(self.chance.dice.choice(QUANTITIES)))):
            if await self._sees(_shows("back:"), since=mark) is None:
                return None
            mark = self.stand.telegram.mark()
            await self.person.send(typed)
        return await self._sees(_shows("confirm:"), since=mark)

    async def _confirm(self, confirm: Message) -> None:
        """Tap until the tap was answered, or the message tells of an order."""
        self.confirmed.append(confirm)
        mark = self.stand.telegram.mark()
        for _ in range(int(STUBBORN / PATIENCE)):
            times = self.chance.dice.choice((1, 1, 1, 2, 4))
            press = await self.person.tap("confirm:", on=confirm, times=times)
            if await self._is_taken(press, confirm):
                break
        if self.chance.happens(0.05):
            await self._cancel(confirm)
        await seen(self.stand, self.person, _tells_the_end, since=mark, seconds=WAITS)

    async def _is_taken(self, press: Press, confirm: Message) -> bool:
        changes = self.stand.telegram.world.changes
        try:
            return await changes.until(
                lambda: bool(press.answers) or not self._waits(confirm), timeout_seconds=PATIENCE
            )
        except TimeoutError:
            return False

    async def _cancel(self, confirm: Message) -> None:
        now = self.person.now(confirm)
        if now is not None and now.find_button("cancel:"):
            await self.person.tap("cancel:", on=now)

    def _waits(self, confirm: Message) -> bool:
        now = self.person.now(confirm)
        return now is not None and now.find_button("confirm:") is not None

    async def _sees(self, what: Callable[[Message], object], *, since: int) -> Message | None:
        return await seen(self.stand, self.person, what, since=since, seconds=PATIENCE)


@dataclass(slots=True, kw_only=True)
class Admin:
    """Acts on alerts by the commands that docs/operations.md names.

    The provider's record is his dashboard, and he can ask an agent what it was shown. He decides
    on an unknown order only where nobody else can: when several fit it, and after a restore; every
    other one has to settle by itself, and so has one whose provider finds it by its reference. One
    who is not alone on the account leaves the other's orders to the other. `decided` counts what
    he did, by its reason.
    """

    stand: Shop
    witness: Witness
    chance: Chance
    decided: Counter[str] = field(default_factory=Counter)
    renewed: int = 0
    is_alone: bool = True
    _said: dict[str, float] = field(default_factory=dict)
    _mended: set[str] = field(default_factory=set)

    async def watch(self, over: asyncio.Event) -> None:
        """Look at the alerts every few seconds."""
        while not await passes(2.0, unless=over):
            with suppress(StoreError):  # a bot that ends closes the database
                await self.look()

    async def look(self) -> None:
        """Decide once about everything that is left to a person."""
        async with looking_into(self.stand.database) as work:
            alerts = await work.alerts.list_open()
            open_ = await work.orders.list_in(OrderState.UNKNOWN)
            await self._mend(work)
        unknown = tuple(order for order in open_ if order.account.provider != PLUM)
        restored = any(alert.kind is AlertKind.RESTORED for alert in alerts)
        ambiguous = {one.subject for one in alerts if one.kind is AlertKind.ORDER_AMBIGUOUS}
        for order in unknown:
            if restored or f"order:{order.id}" in ambiguous:
                await self._decide(order, "restored" if restored else "ambiguous")
        if restored and not unknown:
            await self._say("/resume", "resumed")
        for alert in alerts:
            if alert.kind is AlertKind.FOREIGN_ORDER:
                await self._recognise(alert, unknown if restored else ())
            elif alert.kind not in {*_DOUBTS, AlertKind.RESTORED}:
                await self._dismiss(alert)

    async def _mend(self, work: Work) -> None:
        """Make new tokens, once, when an account was frozen for want of one that is let in."""
        for side in self.stand.sides:
            frozen = await marks.find_frozen(work, side.account)
            if frozen and side.account.provider == PLUM and frozen.key_hash not in self._mended:
                self._mended.add(frozen.key_hash)
                self.stand.renew_by_hand()
                self.renewed += 1

    async def _decide(self, order: Order, reason: str) -> None:
        theirs = [its_id for its_id, who in self.witness.placed.items() if who == order.reference]
        free = [its_id for its_id in theirs if not await self._is_owned(order, its_id)]
        if free:
            await self._say(f"/resolve {order.id} {free[0]}", reason)
        elif not self.witness.is_under_way(order.reference):
            await self._say(f"/resolve {order.id} absent", reason)

    async def _recognise(self, alert: Alert, unknown: tuple[Order, ...]) -> None:
        its_id = alert.subject.partition(":")[2]
        reference = self.witness.placed.get(its_id)
        mine = [order for order in unknown if order.reference == reference]
        if mine:
            await self._say(f"/resolve {mine[0].id} {its_id}", "restored")
        elif self._was_shown(its_id) or self._is_left_alone(reference):
            await self._dismiss(alert)
        else:
            await self._say(f"/adopt {its_id}", "foreign")

    def _is_left_alone(self, reference: str | None) -> bool:
        if reference is None:
            return self.chance.happens(0.5) or not self.is_alone
        return not self.is_alone and not ask(self.stand.database, OURS, reference)

    def _was_shown(self, its_id: str) -> bool:
        """Tell whether an agent has all the cards of an order."""
        codes = {code for one in self.stand.sold if one.id == its_id for code in one.codes}
        seen = {code for person in self.stand.agents for code in ever_shown(person)}
        return bool(codes) and codes <= seen

    async def _is_owned(self, order: Order, its_id: str) -> bool:
        async with looking_into(self.stand.database) as work:
            return await work.orders.find_by_provider_order(order.account, its_id) is not None

    async def _dismiss(self, alert: Alert) -> None:
        """Press Seen, once in a while: what is not pressed hinders nobody."""
        seen_button = f"alert:{alert.id}:seen"
        for message in reversed(self.stand.admin.messages):
            if message.find_button(seen_button):
                self.decided["seen"] += 1
                await self.stand.admin.tap(seen_button, on=message)
                return

    async def _say(self, words: str, reason: str) -> None:
        """Say it, no faster than one can; what has not helped after a while is said again."""
        now = time.monotonic()
        if sum(now - at < AGAIN for at in self._said.values()) >= MOST:
            return
        if now - self._said.get(words, -AGAIN) >= AGAIN:
            self._said[words] = now
            self.decided[reason] += 1
            await self.stand.admin.send(words)


def _tells_the_end(message: Message) -> object:
    return message.codes or message.find_button("back:again:")


def _shows(button: str) -> Callable[[Message], object]:
    return lambda message: message.find_button(button)


_DOUBTS = (AlertKind.ORDER_UNKNOWN, AlertKind.ORDER_AMBIGUOUS)
