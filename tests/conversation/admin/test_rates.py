from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.agents import Language
from bot.domain.rates import MILLION, Rate
from bot.services.rates import RATE_STALE_AFTER, KeptRate, find_rate
from tests.conversation.admin.stage import Stage, stage, words
from tests.fakes.world import NOON
from tests.unit.samples import CURRENCY
from tests.unit.services.shop import ADMIN, AMINA, Shop


@pytest.fixture
async def abroad() -> AsyncIterator[Stage]:
    """Open a shop whose provider is paid in dollars; nobody has set a rate."""
    async with stage(Shop(paid_in="USD")) as opened:
        await opened.deliver()
        yield opened


async def kept(scene: Stage) -> KeptRate | None:
    """Read the dollar's rate."""
    async with scene.shop.store.read() as work:
        return await find_rate(work, "USD", CURRENCY)


@pytest.mark.parametrize(
    ("language", "none", "set_", "listed"),
    [
        (
            Language.ENGLISH,
            "USD: no rate yet, so that its cards cannot be sold.",
            (
                "✅ From now on 1 US$ = 249,75 DA.\n"
                "A card that costs 10 US$ is sold at 2 630 DA (margin 5 %)."
            ),
            "1 US$ = 249,75 DA — set 10/03/2026, 13:00 (3 days ago)",
        ),
        (
            Language.FRENCH,
            "USD : pas encore de taux, ses cartes ne peuvent donc pas être vendues.",
            (
                "✅ Désormais 1 $US = 249,75 DA.\n"
                "Une carte qui coûte 10 $US se vend 2\u202f630 DA (marge de 5 %)."
            ),
            "1 $US = 249,75 DA — fixé le 10/03/2026 13:00 (il y a 3 jours)",
        ),
        (
            Language.ARABIC,
            "USD: لا سعر صرف لها بعد، فلا يمكن بيع بطاقاتها.",
            (
                "✅ من الآن 1 US$ = 249,75 د.ج.\n"
                "بطاقة سعر جملتها 10 US$ تُباع بسعر 2 630 د.ج (هامش الربح 5%)."
            ),
            "1 US$ = 249,75 د.ج — حُدِّد في 10/3/2026، 13:00 (مضى عليه: 3 أيام)",
        ),
    ],
)
async def test_a_rate_is_looked_at_and_set(
    abroad: Stage, language: Language, none: str, set_: str, listed: str
) -> None:
    """Each admin reads in his own language what the rate is, how old, and what it comes to."""
    await abroad.works.counter.people.speak(ADMIN, language)
    first, *usage = words(await abroad.says(abroad.karim, "/rate")).splitlines()
    assert first == none
    assert "/rate USD 250" in usage[-1]
    assert words(await abroad.says(abroad.karim, "/rate usd 249,75")) == set_
    abroad.shop.clock.advance(timedelta(days=3))
    assert words(await abroad.says(abroad.karim, "/rate")).splitlines()[0] == listed


@pytest.mark.parametrize("typed", ["USD 250", "usd ٢٥٠", "USD ۲۵۰,۰", "\u2068USD\u2069 250.000"])
async def test_a_rate_is_typed_in_any_digits(abroad: Stage, typed: str) -> None:
    """Digits of any script are read, and what was copied from a message brings no harm."""
    await abroad.says(abroad.karim, f"/rate {typed}")
    rate = Rate(source="USD", target=CURRENCY, millionths=250 * MILLION)
    assert await kept(abroad) == KeptRate(rate=rate, since=NOON)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("DZD 1", "DZD is your own currency and needs no rate."),
        ("EUR 270", "No provider is paid in EUR."),
        ("USD", "I cannot read this rate."),
        ("USD 0", "I cannot read this rate."),
        ("USD -250", "I cannot read this rate."),
        ("USD two hundred", "I cannot read this rate."),
        ("250", "I cannot read this rate."),
        ("250 USD", "I cannot read this rate."),
        ("دولار 250", "I cannot read this rate."),
    ],
)
async def test_what_sets_no_rate_is_explained(abroad: Stage, typed: str, said: str) -> None:
    """A slip changes nothing, and the answer says what to write instead."""
    answer = words(await abroad.says(abroad.karim, f"/rate {typed}"))
    assert answer.startswith(said)
    assert "/rate" in answer or "Set what" in answer
    assert await kept(abroad) is None


async def test_a_leap_is_doubted_and_can_be_taken_back(abroad: Stage) -> None:
    """Ten times too little would sell below cost at once: the answer shows the way back."""
    await abroad.says(abroad.karim, "/rate USD 249,5")
    answer = await abroad.says(abroad.karim, "/rate USD 25")
    assert "Before: 249,50 DA, set 10/03/2026, 13:00." in words(answer)
    assert "This is far from the rate before." in words(answer)
    assert "/rate USD 249.5" in answer.codes
    again = words(await abroad.says(abroad.karim, f"{answer.codes[-1]}"))
    assert "From now on 1 US$ = 249,50 DA." in again
    assert "far" in again
    assert "far" not in words(await abroad.says(abroad.karim, "/rate USD 250"))


async def test_where_all_are_paid_alike_there_is_nothing_to_set(scene: Stage) -> None:
    """A shop with one currency is told that it needs no rate."""
    answer = words(await scene.says(scene.karim, "/rate"))
    assert answer.startswith("Every provider is paid in DZD, your own currency")


async def test_every_admins_copy_says_who_set_the_rate(abroad: Stage) -> None:
    """What was asked of all is settled by one, and the others see by whom."""
    told = await abroad.lydia.sees(lambda one: "There is no rate for" in one.text)
    assert "/rate USD 250" in told.codes
    await abroad.says(abroad.karim, "/rate USD 250")
    await abroad.deliver()
    told = await abroad.lydia.sees(lambda one: one.id == told.id)
    assert words(told).endswith("✅ Rate set by Karim.")
    abroad.shop.clock.advance(RATE_STALE_AFTER)
    await abroad.works.sweeping.step()
    await abroad.deliver()
    old = await abroad.lydia.sees(lambda one: "more than a week old" in one.text)
    assert "1 US$ = 250 DA, since 10/03/2026, 13:00." in words(old)
    assert "/rate USD 250" in old.codes


async def test_an_agent_sees_cards_without_a_price(abroad: Stage) -> None:
    """Until there is a rate the cards stand in the menu, and a tap says why none is sold."""
    await abroad.shop.open_agent()
    amina = abroad.telegram.person(AMINA, "Amina", "en")
    amina.chat.open = True
    await abroad.works.counter.people.speak(AMINA, Language.ENGLISH)
    await abroad.says(amina, "/buy")
    mark = abroad.telegram.mark()
    for button in ("category:", "product:1"):
        await (await amina.tap(button)).answered()
        await amina.sees(lambda _: True, since=mark)
        mark = abroad.telegram.mark()
    shown = await amina.sees(lambda one: "Choose a type" in one.text)
    unpriced = shown.find_button("type:1")
    assert unpriced is not None
    assert unpriced.label.endswith("— no price yet")
    (answer,) = await (await amina.tap("type:1")).answered()
    assert answer.text.startswith("This has no price yet")


async def test_an_order_shows_what_it_cost_in_both_currencies(abroad: Stage) -> None:
    """What the provider took stands in its own currency, and in the shop's by the order's rate."""
    await abroad.says(abroad.karim, "/rate USD 250")
    await abroad.shop.open_agent()
    order = await abroad.shop.sold(quantity=2)
    await abroad.says(abroad.karim, "/rate USD 260")
    answer = words(await abroad.says(abroad.karim, f"/order {order.id}"))
    assert "Taken by the provider: 19 US$ (4 750 DA)" in answer
