from datetime import timedelta

import pytest

from bot.domain.agents import AgentId, PersonId
from bot.domain.alerts import AlertKind
from bot.domain.outbox import DeliveryKind
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.services import marks
from bot.services.alerts import alert_admins
from bot.services.desk import PAGE
from tests.unit.samples import dinars
from tests.unit.services.shop import ADMIN, AMINA, BILAL, Shop, rung

# --- Finding an agent -----------------------------------------------------------------------------


async def test_an_agent_is_found_by_member_or_by_part_of_its_name(shop: Shop) -> None:
    """An admin types what he has at hand: a Telegram id, the shop's name, or a part of it."""
    agent = await shop.open_agent(AMINA, name="Taxiphone El Bahdja")
    await shop.open_agent(BILAL, name="Cyber Bilal")
    for text in ("7", "٧", "Taxiphone El Bahdja", "taxiphone el bahdja", "BAHD"):
        assert await shop.counter.desk.find_agent(text) == agent


async def test_a_number_may_be_part_of_a_name(shop: Shop) -> None:
    """A number that is no member's id is looked for in the names."""
    agent = await shop.open_agent(AMINA, name="Kiosque 19")
    assert await shop.counter.desk.find_agent("19") == agent


async def test_a_whole_name_wins_over_a_longer_one(shop: Shop) -> None:
    """`Sami` means Sami, although Samira's name begins so too."""
    await shop.open_agent(AMINA, name="Samira")
    agent = await shop.open_agent(BILAL, name="Sami")
    assert await shop.counter.desk.find_agent("sami") == agent


@pytest.mark.parametrize("text", ["", "Nobody", "99", "²", "9" * 30])
async def test_an_unknown_agent_is_refused(shop: Shop, text: str) -> None:
    """What names no agent moves nobody's money."""
    await shop.open_agent(AMINA, name="Taxiphone")
    with pytest.raises(Refusal) as refused:
        await shop.counter.desk.find_agent(text)
    assert refused.value.reason == RefusalReason.AGENT_UNKNOWN
    assert refused.value.facts == {"text": text}


async def test_a_name_of_several_is_refused_with_their_names(shop: Shop) -> None:
    """The admin reads which shops he may have meant, five at most."""
    for number in range(7):
        await shop.open_agent(PersonId(100 + number), name=f"Cyber {number}")
    with pytest.raises(Refusal) as refused:
        await shop.counter.desk.find_agent("cyber")
    assert refused.value.reason == RefusalReason.AGENT_AMBIGUOUS
    assert refused.value.facts["names"] == "Cyber 0, Cyber 1, Cyber 2, Cyber 3, Cyber 4"


async def test_two_are_too_many(shop: Shop) -> None:
    """Nobody's money is moved by the toss of a coin."""
    await shop.open_agent(AMINA, name="Cyber Amina")
    await shop.open_agent(BILAL, name="Cyber Bilal")
    with pytest.raises(Refusal) as refused:
        await shop.counter.desk.find_agent("cyber")
    assert refused.value.reason == RefusalReason.AGENT_AMBIGUOUS


# --- Lists and files ------------------------------------------------------------------------------


async def test_agents_are_listed_by_name_a_page_at_a_time(shop: Shop) -> None:
    """Eight agents with their wallets make a page; a page beyond the ends is the nearest."""
    for number in range(PAGE + 1):
        await shop.open_agent(PersonId(100 + number), name=f"Shop {number}", paid_in=number)
    desk = shop.counter.desk
    first, last = await desk.agents(), await desk.agents(2)
    assert [line.agent.name for line in first.lines] == [f"Shop {n}" for n in range(PAGE)]
    assert first.lines[3].wallet.balance == dinars(3)
    assert [line.agent.name for line in last.lines] == [f"Shop {PAGE}"]
    assert (first.page, first.pages, first.total) == (1, 2, PAGE + 1)
    assert await desk.agents(9) == last
    assert await desk.agents(-1) == first


async def test_a_shop_without_agents_has_one_empty_page(shop: Shop) -> None:
    """Nobody yet is a page, not an error."""
    page = await shop.counter.desk.agents()
    assert (page.lines, page.page, page.pages, page.total) == ((), 1, 1, 0)


async def test_an_agents_file_says_all_about_it(shop: Shop) -> None:
    """Wallet, members, the margin in force, today's sales and how many orders."""
    agent = await shop.open_agent(AMINA)
    await shop.sold(quantity=3)
    shop.clock.advance(timedelta(seconds=1))
    file = await shop.counter.desk.agent(agent.id)
    assert (file.agent, file.wallet.balance) == (agent, dinars(10_000 - 3 * 1450))
    assert [member.id for member in file.members] == [AMINA]
    assert (file.margin_bp, file.today.cards, file.orders) == (500, 3, 1)


# --- Margins --------------------------------------------------------------------------------------


async def test_the_default_margin_holds_for_who_has_none(shop: Shop) -> None:
    """The default is changed for all at once, an agent's own for itself, and either back again."""
    desk = shop.counter.desk
    agent = await shop.open_agent(AMINA)
    other = await shop.open_agent(BILAL, name="Bilal")
    assert await desk.default_margin_bp() == 500
    await desk.set_margin(800, ADMIN, of=None)
    await desk.set_margin(0, ADMIN, of=other.id)
    assert await desk.default_margin_bp() == 800
    assert (await desk.agent(agent.id)).margin_bp == 800
    assert (await desk.agent(other.id)).margin_bp == 0
    await desk.set_margin(None, ADMIN, of=other.id)
    await desk.set_margin(None, ADMIN, of=None)
    assert (await desk.agent(other.id)).margin_bp == 500
    subjects = [(row.event.subject, row.event.details) for row in await shop.told("margin.set")]
    assert subjects == [
        ("shop", {"margin_bp": 800}),
        (f"agent:{other.id}", {"margin_bp": 0}),
        (f"agent:{other.id}", {"margin_bp": None}),
        ("shop", {"margin_bp": None}),
    ]


async def test_an_unknown_agents_margin_is_not_set(shop: Shop) -> None:
    """Only an agent that exists has a margin."""
    with pytest.raises(KeyError):
        await shop.counter.desk.set_margin(100, ADMIN, of=AgentId(99))


# --- Pausing --------------------------------------------------------------------------------------


async def test_selling_is_paused_and_resumed_once(shop: Shop) -> None:
    """The first press does it, a second one changes nothing and says so."""
    desk = shop.counter.desk
    await shop.open_agent()
    assert await desk.pause(ADMIN)
    assert rung(shop.works.bells.placing)
    assert not await desk.pause(ADMIN)
    with pytest.raises(Refusal) as refused:
        await shop.confirmed()
    assert refused.value.reason == RefusalReason.PAUSED
    assert await desk.resume(ADMIN)
    assert rung(shop.works.bells.placing)
    assert not await desk.resume(ADMIN)
    await shop.confirmed()
    assert len(await shop.told("selling.paused")) == len(await shop.told("selling.resumed")) == 1


async def restored(shop: Shop, *, read: bool) -> None:
    """Put the shop into restore mode."""
    at = shop.clock.now()
    async with shop.store.begin() as work:
        await marks.set_instant(work, marks.RESTORED, at)
        await marks.set_instant(work, marks.BACKED_UP, at - timedelta(hours=2))
        if read:
            await marks.set_instant(work, marks.RESTORE_READ, at)
        await alert_admins(work, shop.terms, AlertKind.RESTORED, "shop", at=at)


async def test_after_a_restore_selling_resumes_only_on_what_is_known(shop: Shop) -> None:
    """Before the provider's orders since the copy are read, a sale could sell a card twice."""
    await restored(shop, read=False)
    with pytest.raises(Refusal) as refused:
        await shop.counter.desk.resume(ADMIN)
    assert refused.value.reason == RefusalReason.NOT_POSSIBLE_NOW


async def test_resuming_ends_restore_mode_and_its_alert(shop: Shop) -> None:
    """One press clears every trace of the restore, a pause included, and settles the alert."""
    await restored(shop, read=True)
    await shop.counter.desk.pause(ADMIN)
    assert await shop.counter.desk.resume(ADMIN)
    async with shop.store.read() as work:
        names = (marks.PAUSED, marks.RESTORED, marks.RESTORE_READ, marks.BACKED_UP)
        assert [await work.marks.find(name) for name in names] == [None] * 4
    assert await shop.alerts() == []
    assert rung(shop.works.bells.delivery)
    acted = [one for one in await shop.owed(DeliveryKind.ALERT) if "delivery" in one.facts]
    assert len(acted) == 2


# --- Sales ----------------------------------------------------------------------------------------


async def test_sales_are_added_up_by_the_shops_days(shop: Shop) -> None:
    """Today, yesterday, seven and thirty days, each day beginning at the shop's midnight."""
    await shop.open_agent(AMINA, paid_in=100_000)
    other = await shop.open_agent(BILAL, name="Bilal", paid_in=100_000)
    for cards, days_until_the_next in ((9, 1), (25, 22), (6, 1), (4, 5), (1, 1)):
        await shop.sold(AMINA, quantity=cards)
        shop.clock.advance(timedelta(days=days_until_the_next))
        await shop.stock()
    await shop.sold(BILAL, quantity=2)
    shop.clock.advance(timedelta(seconds=1))
    sales = await shop.counter.desk.sales()
    assert sales.today.cards == 2
    assert sales.yesterday.cards == 1
    assert sales.week.cards == 2 + 1 + 4
    assert sales.month.cards == 2 + 1 + 4 + 6 + 25
    assert (sales.today.charged, sales.today.cost) == (dinars(2900), dinars(2760))
    assert [(agent.id, sold.cards) for agent, sold in sales.agents_today] == [(other.id, 2)]
