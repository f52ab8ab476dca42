"""The scenes of the demo, in the order in which they are played."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.playground import plum
from bot.playground.demo.stage import PATIENCE_SECONDS, Stage
from bot.playground.oneclickdz import Call, Plan, faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A title, and what happens."""

    title: str
    play: Callable[[Stage], Awaitable[None]]


async def opening(stage: Stage) -> None:
    """Three shops ask for access and bring cash."""
    mark = stage.telegram.mark()
    await stage.admin.start()
    await stage.admin.tap(
        "language:fr",
        on=await stage.admin.sees(lambda m: m.find_button("language:"), since=mark),
    )
    shops = ((stage.karim, "fr"), (stage.amine, "ar"), (stage.sara, "en"))
    for shop, language in shops:
        await stage.let_in(shop, language)
        await stage.top_up(shop, 20_000)


async def in_french(stage: Stage) -> None:
    """A purchase of two cards, in French."""
    await stage.buy(stage.karim, "Game Stores", "PSN", "PSN 10 USD", quantity=2)


async def in_arabic(stage: Stage) -> None:
    """A purchase of two cards, in Arabic."""
    await stage.buy(stage.amine, "iTunes", "Apple Gift Card", "Apple 5 USD", quantity=2)


async def in_english(stage: Stage) -> None:
    """A purchase of two cards of a product with a name that HTML would stumble over."""
    await stage.buy(stage.sara, "Game Stores", "Steam", "Steam 5 USD", quantity=2)


async def partial_fill(stage: Stage) -> None:
    """Three were ordered, one came: one is paid, the rest goes back."""
    stage.provider.plan(Plan(filled=1))
    await stage.buy(stage.karim, "Gaming Cards", "Free Fire", "Free Fire 530", quantity=3)


async def refund(stage: Stage) -> None:
    """The provider has nothing after all: everything goes back."""
    stage.provider.plan(Plan(filled=0))
    confirm = await stage.choose(stage.amine, "Gaming Cards", "Roblox", "Roblox", quantity=1)
    mark = stage.telegram.mark()
    await stage.amine.tap("confirm:", on=confirm)
    await stage.amine.sees(
        lambda m: m.find_button("back:again"), since=mark, timeout_seconds=PATIENCE_SECONDS
    )


async def double_tap(stage: Stage) -> None:
    """A weak connection sends one tap four times: one order."""
    await stage.buy(stage.sara, "Game Stores", "Xbox", "Xbox 15 USD", quantity=1, taps=4)


async def lost_answer(stage: Stage) -> None:
    """The provider took the order, but its answer was lost on the way: never sent again."""
    stage.provider.fault(Call.PLACE_ORDER, faults.cut(), after=True)
    await stage.buy(stage.karim, "Game Stores", "PSN Germany", "PSN 20 EUR", quantity=1)


async def killed(stage: Stage) -> None:
    """The bot is killed between payment and cards, and started again."""
    handled = asyncio.Event()
    stage.provider.plan(Plan(handling=handled))
    confirm = await stage.choose(stage.sara, "iTunes", "Apple Gift Card", "Apple 5 USD", quantity=2)
    before = len(stage.provider.orders)
    mark = stage.telegram.mark()
    await stage.sara.tap("confirm:", on=confirm)
    await stage.orders(before + 1)
    await stage.bot.kill()
    stage.telegram.note("the bot is killed (SIGKILL); the provider goes on by itself")
    handled.set()
    await stage.bot.start()
    stage.telegram.note("the bot is started again")
    await stage.cards(stage.sara, since=mark)


async def in_dollars(stage: Stage) -> None:
    """The second provider is paid in dollars: the admin says what one is worth."""
    asked = await stage.admin.sees(
        lambda m: m.find_button("alert:"), timeout_seconds=PATIENCE_SECONDS
    )
    mark = stage.telegram.mark()
    await stage.admin.send("/rate USD 250")
    await stage.admin.sees(lambda m: m.id != asked.id, since=mark, timeout_seconds=PATIENCE_SECONDS)


async def with_a_pin(stage: Stage) -> None:
    """A card of the second provider: a code with its PIN, its last day, and how to redeem it."""
    await stage.buy(stage.karim, "Music & Apps", "iTunes", "25 USD", quantity=1)


async def found_by_reference(stage: Stage) -> None:
    """The second provider's answer is lost as well: it is asked for our own reference."""
    stage.plum.fault(plum.Call.PLACE_ORDER, plum.faults.cut(), after=True)
    await stage.buy(stage.amine, "Music & Apps", "Google Play", "10 USD", quantity=1)


async def closing(stage: Stage) -> None:
    """The agent looks back, the admin counts the day."""
    for person, command in (
        (stage.karim, "/orders"),
        (stage.karim, "/wallet"),
        (stage.amine, "/wallet"),
        (stage.admin, "/sales"),
        (stage.admin, "/provider"),
        (stage.admin, "/health"),
    ):
        mark = stage.telegram.mark()
        await person.send(command)
        await person.sees(lambda _: True, since=mark, timeout_seconds=PATIENCE_SECONDS)


SCENES = (
    Scene(title="Three shops ask for access and bring 20 000 DA each", play=opening),
    Scene(title="Two cards, in French", play=in_french),
    Scene(title="Two cards, in Arabic", play=in_arabic),
    Scene(title="Two cards, in English", play=in_english),
    Scene(title="Three ordered, one came", play=partial_fill),
    Scene(title="Ordered, and refunded by the provider", play=refund),
    Scene(title="One tap that arrives four times", play=double_tap),
    Scene(title="The provider's answer is lost after it took the order", play=lost_answer),
    Scene(title="kill -9 between payment and cards", play=killed),
    Scene(title="A second provider, paid in dollars, and a rate", play=in_dollars),
    Scene(title="A card with a PIN and a last day", play=with_a_pin),
    Scene(title="A lost answer, found by its reference", play=found_by_reference),
    Scene(title="Looking back", play=closing),
)
