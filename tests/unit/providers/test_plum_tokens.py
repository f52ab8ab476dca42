"""Plum's tokens live on: renewed in time, kept before they are used, and never lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import (
    ProviderBusy,
    ProviderContractBroken,
    ProviderUnauthorized,
    ProviderUnreachable,
)
from bot.log import redactor
from bot.playground.faults import Answer
from bot.playground.plum import DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN, Call, Rotation, faults
from bot.ports.provider import Accepted, NotSent, RefusalKind, Refused
from bot.providers.plum.refreshing import TokensLost
from tests.unit.providers.plum_counter import (
    KEY,
    PSN,
    PlumCounter,
    placed,
    plum_counter,
    without_access,
)

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.fixture
async def counter() -> AsyncIterator[PlumCounter]:
    """Serve the double."""
    async with plum_counter() as counter:
        yield counter


async def test_the_configured_token_is_used_as_it_is(counter: PlumCounter) -> None:
    """A token from the dashboard is good until it is rejected or its end is known."""
    await counter.open().balance()

    assert counter.count(Call.REFRESH) == 0
    assert counter.keep.saved == []


async def test_without_an_access_token_one_is_made_first(counter: PlumCounter) -> None:
    """The refresh token alone is enough to begin with."""
    await counter.open(key=without_access()).balance()

    assert (counter.count(Call.REFRESH), len(counter.keep.saved)) == (1, 1)


@pytest.mark.parametrize("rotation", list(Rotation))
async def test_a_rejected_token_is_renewed_once(counter: PlumCounter, rotation: Rotation) -> None:
    """A read whose token ended goes again with a new one, whatever becomes of the old pair."""
    counter.double.rotate(rotation)
    counter.double.expire_access()
    provider = counter.open()

    await provider.balance()
    await provider.balance()

    assert counter.count(Call.REFRESH) == 1
    assert counter.count(Call.GET_BALANCE) == 3
    new = counter.double.live_pairs[-1]
    assert redactor(f"{new.access_token} {new.refresh_token}") == "••• •••"  # in every log


async def test_a_new_pair_is_kept_before_it_is_used(counter: PlumCounter) -> None:
    """When the process dies between the two, the next one has the pair."""
    used: list[int] = []
    counter.keep.on_save = lambda: used.append(counter.count(Call.GET_BALANCE))

    await counter.open(key=without_access()).balance()

    assert used == [0]


async def test_the_stored_pair_goes_before_the_settings(counter: PlumCounter) -> None:
    """After a renewal the settings hold an old pair: the next process goes on with the kept one."""
    counter.double.rotate(Rotation.ONE_PAIR)
    await counter.open(key=without_access()).balance()

    await counter.open().balance()

    assert counter.count(Call.REFRESH) == 1


async def test_another_refresh_token_in_the_settings_wins(counter: PlumCounter) -> None:
    """Who puts new tokens into the settings means them."""
    await counter.open(key=without_access()).balance()
    fresh = counter.double.issue_at_dashboard()
    key = replace(KEY, access_token=fresh.access_token, refresh_token=fresh.refresh_token)

    await counter.open(key=key).balance()

    assert counter.count(Call.REFRESH) == 1


async def test_what_cannot_be_read_begins_anew(counter: PlumCounter) -> None:
    """A kept value that is no record is as good as none."""
    counter.keep.saved.append(b"from another time")

    await counter.open().balance()


async def test_a_pair_is_renewed_after_a_week(counter: PlumCounter) -> None:
    """A week after a renewal there is another, long before the token ends."""
    provider = counter.open(key=without_access())
    await provider.balance()
    counter.clock.advance(WEEK - timedelta(seconds=1))
    await provider.balance()
    before = counter.count(Call.REFRESH)
    counter.clock.advance(timedelta(seconds=1))

    await provider.balance()

    assert (before, counter.count(Call.REFRESH)) == (1, 2)
    assert counter.count(Call.GET_BALANCE) == 3


async def test_a_configured_pair_is_renewed_by_what_is_left_of_it(counter: PlumCounter) -> None:
    """What a token from the settings has left is asked when the bot starts."""
    counter.clock.advance(WEEK)
    provider = counter.open()

    await provider.validate()
    await provider.validate()

    assert counter.count(Call.REFRESH) == 1


async def test_callers_share_one_renewal(counter: PlumCounter) -> None:
    """However many find the token rejected at once, it is renewed once."""
    counter.double.expire_access()
    provider = counter.open()

    await asyncio.gather(*(provider.balance() for _ in range(3)))

    assert counter.count(Call.REFRESH) == 1


async def test_a_rejection_that_comes_late_renews_nothing(counter: PlumCounter) -> None:
    """Who hears of an old token's end after it was replaced goes on with the new one."""
    counter.double.expire_access()
    gate = counter.double.stall(Call.GET_BALANCE, after=True)
    provider = counter.open()
    late = asyncio.create_task(provider.balance())
    await counter.double.until(lambda: counter.count(Call.GET_BALANCE) == 1)
    await provider.balance()
    gate.set()

    await late

    assert (counter.count(Call.REFRESH), counter.count(Call.GET_BALANCE)) == (1, 4)


async def test_a_caller_that_goes_away_loses_no_pair(counter: PlumCounter) -> None:
    """Who waits for a renewal may be cancelled: its answer is kept all the same."""
    gate = counter.double.stall(Call.REFRESH)
    provider = counter.open(key=without_access())
    asking = asyncio.create_task(provider.balance())
    await counter.double.until(lambda: counter.count(Call.REFRESH) == 1)
    asking.cancel()
    gate.set()

    await provider.close()

    assert len(counter.keep.saved) == 1


async def test_an_early_renewal_that_fails_costs_nothing(counter: PlumCounter) -> None:
    """While the token is good, a renewal without an answer is put off, longer each time."""
    provider = counter.open(key=without_access())
    await provider.balance()
    counter.clock.advance(WEEK)
    counter.double.fault(Call.REFRESH, faults.empty(502), times=2)
    tried = []

    for minutes in (0, 0, 1, 1, 1, 10):
        counter.clock.advance(timedelta(minutes=minutes))
        await provider.balance()
        tried.append(counter.count(Call.REFRESH) - 1)

    assert tried == [1, 1, 2, 2, 3, 3]


async def test_a_client_that_is_rejected_early_is_not_tried_again(counter: PlumCounter) -> None:
    """Where no token is at fault, asking again changes nothing: a person reads why at the end."""
    provider = counter.open(key=without_access())
    await provider.balance()
    counter.clock.advance(WEEK)
    counter.double.fault(Call.REFRESH, faults.oauth_error("unauthorized_client", "x"))
    await provider.balance()
    await provider.balance()
    counter.double.expire_access()

    with pytest.raises(ProviderUnauthorized, match="PLUM_CLIENT_ID or PLUM_CLIENT_SECRET"):
        await provider.balance()

    assert counter.count(Call.REFRESH) == 2


async def test_a_refresh_token_rejected_early_is_not_tried_again(counter: PlumCounter) -> None:
    """The access token lives on without it; only when it ends somebody has to help."""
    provider = counter.open(key=without_access())
    await provider.balance()
    counter.double.revoke_refresh()
    counter.clock.advance(WEEK)

    await provider.balance()
    counter.clock.advance(HOUR)
    await provider.balance()
    tried = counter.count(Call.REFRESH)
    counter.double.expire_access()
    with pytest.raises(
        ProviderUnauthorized, match="new tokens are made in the provider's dashboard"
    ):
        await provider.balance()

    assert (tried, counter.count(Call.REFRESH)) == (2, 2)
    assert provider.budget().frozen


async def test_a_lost_answer_keeps_the_old_pair(counter: PlumCounter) -> None:
    """A renewal whose answer was lost is tried again later with the old refresh token."""
    counter.double.rotate(Rotation.GRACE)
    counter.double.expire_access()
    counter.double.fault(Call.REFRESH, faults.cut(), after=True)
    provider = counter.open()
    with pytest.raises(ProviderUnreachable):
        await provider.balance()
    with pytest.raises(ProviderBusy) as busy:
        await provider.balance()
    counter.clock.advance(timedelta(minutes=1))

    await provider.balance()

    assert 0 < busy.value.retry_after_seconds <= 60
    assert counter.count(Call.REFRESH) == 2
    assert not provider.budget().frozen


async def test_a_lost_answer_may_cost_the_pair(counter: PlumCounter) -> None:
    """Where the old refresh token died with its use, only the dashboard helps; a thaw tries."""
    counter.double.expire_access()
    counter.double.fault(Call.REFRESH, faults.cut(), after=True)
    provider = counter.open()
    with pytest.raises(ProviderUnreachable):
        await provider.balance()
    counter.clock.advance(timedelta(minutes=1))
    with pytest.raises(ProviderUnauthorized):
        await provider.balance()
    before = counter.count(Call.REFRESH)

    provider.thaw()
    with pytest.raises(ProviderUnauthorized):
        await provider.balance()

    assert provider.budget().frozen
    assert counter.count(Call.REFRESH) == before + 1


async def test_the_pair_before_is_tried_right_after_a_renewal(counter: PlumCounter) -> None:
    """A new token that is not let in must not stop what the old one still opens."""
    counter.keep.on_save = lambda: end_access(counter)
    counter.clock.advance(WEEK)
    provider = counter.open()

    await provider.validate()
    await provider.balance()

    assert (counter.count(Call.REFRESH), counter.count(Call.GET_BALANCE)) == (1, 3)
    counter.clock.advance(HOUR)
    counter.keep.on_save = None
    await provider.balance()
    assert (counter.count(Call.REFRESH), counter.count(Call.GET_BALANCE)) == (2, 4)


def end_access(counter: PlumCounter) -> None:
    """Let the newest access token end now."""
    counter.double.live_pairs[-1].access_until = counter.clock.now()


async def test_a_process_that_finds_both_ended_renews(counter: PlumCounter) -> None:
    """A start soon after a renewal, when no kept token is let in any more, makes a new one."""
    await counter.open(key=without_access()).balance()
    counter.double.expire_access()
    await counter.open(key=without_access()).balance()
    counter.double.expire_access()
    provider = counter.open(key=without_access())

    await provider.balance()

    assert counter.count(Call.REFRESH) == 3
    assert not provider.budget().frozen


async def test_all_tokens_rejected_freeze(counter: PlumCounter) -> None:
    """When no token is let in, each was tried once, one renewal was made, and nothing goes on."""
    provider = counter.open()
    counter.double.fault(Call.GET_BALANCE, faults.unauthorized(), times=10)

    with pytest.raises(ProviderUnauthorized):
        await provider.balance()

    assert (counter.count(Call.GET_BALANCE), counter.count(Call.REFRESH)) == (3, 1)
    assert provider.budget().frozen


@pytest.mark.parametrize("status", [200, 400, 401])
async def test_a_session_that_was_reset_is_renewed(counter: PlumCounter, status: int) -> None:
    """A password that was reset ends the tokens under an error, and a status, of its own."""
    counter.double.fault(Call.GET_BALANCE, faults.token_error(status=status))

    await counter.open().balance()

    assert counter.count(Call.REFRESH) == 1


async def test_too_many_renewals_wait(counter: PlumCounter) -> None:
    """Renewals beyond measure cost the tokens: after "too many" there is none for an hour."""
    counter.double.expire_access()
    counter.double.fault(Call.REFRESH, faults.refreshes_limited())
    provider = counter.open()

    with pytest.raises(ProviderBusy) as busy:
        await provider.balance()
    counter.clock.advance(HOUR - timedelta(seconds=1))
    with pytest.raises(ProviderBusy):
        await provider.balance()
    counter.clock.advance(timedelta(seconds=1))
    await provider.balance()

    assert busy.value.retry_after_seconds == 3600
    assert counter.count(Call.REFRESH) == 2


async def test_a_clock_set_back_makes_no_pause_longer(counter: PlumCounter) -> None:
    """However far the clock goes back, a pause is an hour at most."""
    counter.double.fault(Call.GET_BALANCE, faults.unauthorized(), times=2)
    counter.double.fault(Call.REFRESH, faults.cut())
    provider = counter.open()
    with pytest.raises(ProviderUnreachable):
        await provider.balance()
    counter.clock.set_back(timedelta(days=100))

    with pytest.raises(ProviderBusy) as busy:
        await provider.balance()

    assert busy.value.retry_after_seconds == 3600


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (faults.html(200), ProviderUnreachable),
        (faults.html(401), ProviderUnreachable),
        (faults.bare_error(500), ProviderUnreachable),
        (faults.error_and_message(404), ProviderUnreachable),
        (faults.error_and_message(408), ProviderUnreachable),
        (faults.json_body('{"success":1}'), ProviderContractBroken),
        (faults.json_body('{"access_token":"two words"}'), ProviderContractBroken),
        (faults.problem("PIPE10017"), ProviderUnauthorized),
        (faults.oauth_error("unauthorized_client", "x"), ProviderUnauthorized),
        (faults.oauth_error("invalid_grant", "x", status=400), ProviderUnauthorized),
        (faults.token_error(status=200), ProviderUnauthorized),
        (faults.error_and_message(400), ProviderUnauthorized),
    ],
    ids=[
        "html",
        "html 401",
        "broken",
        "no such page",
        "timeout",
        "no token",
        "no header",
        "address",
        "client",
        "grant",
        "session",
        "bad request",
    ],
)
async def test_every_answer_to_a_renewal(
    counter: PlumCounter, answer: Answer, error: type[Exception]
) -> None:
    """An answer that is none is tried again later; one that rejects is not, and freezes."""
    counter.double.fault(Call.REFRESH, answer, times=10)
    provider = counter.open(key=without_access())

    with pytest.raises(error):
        await provider.balance()

    assert counter.count(Call.REFRESH) == 1
    assert provider.budget().frozen is (error is ProviderUnauthorized)


async def test_the_refresh_token_before_is_tried_too(counter: PlumCounter) -> None:
    """Within the six hours an old refresh token may be good when the new one is not."""
    counter.double.rotate(Rotation.GRACE)
    provider = counter.open()
    counter.double.expire_access()
    await provider.balance()
    counter.double.expire_access()
    newest = counter.double.live_pairs[-1].refresh_token
    counter.double.fault(
        Call.REFRESH,
        faults.unauthorized(),
        matching=lambda body: body.get("refresh_token") == newest,
    )
    counter.clock.advance(2 * HOUR)

    await provider.balance()

    assert counter.count(Call.REFRESH) == 3
    assert counter.double.calls[-2].call is Call.REFRESH


async def test_a_broken_disk_keeps_the_new_pair_unused(counter: PlumCounter) -> None:
    """A pair that could not be kept is not used, nor forgotten: it is kept as soon as it can be."""
    provider = counter.open(key=without_access())
    counter.keep.on_save = lambda: setattr(counter.keep, "broken", True)
    with pytest.raises(ProviderUnreachable):
        await provider.balance()
    with pytest.raises(ProviderUnreachable):
        await provider.balance()
    unused = counter.count(Call.GET_BALANCE)
    counter.keep.on_save, counter.keep.broken = None, False

    await provider.balance()

    assert unused == 0
    assert (counter.count(Call.REFRESH), len(counter.keep.saved)) == (1, 1)


async def test_a_pair_that_waits_to_be_kept_is_kept_by_the_next_call(counter: PlumCounter) -> None:
    """While the old token still works, an unkept pair is no reason to stop."""
    provider = counter.open(key=without_access())
    await provider.balance()
    counter.clock.advance(WEEK)
    counter.keep.broken = True
    await provider.balance()
    counter.keep.broken = False

    await provider.balance()

    assert (counter.count(Call.REFRESH), len(counter.keep.saved)) == (2, 2)


async def test_tokens_that_cannot_be_read_are_no_tokens(counter: PlumCounter) -> None:
    """While nobody knows which pair is the newest, none is used up."""
    counter.keep.broken = True
    provider = counter.open()

    with pytest.raises(ProviderUnreachable):
        await provider.balance()

    assert counter.double.calls == []


# --- Beside a serving bot -------------------------------------------------------------------------


async def test_a_command_never_renews(counter: PlumCounter) -> None:
    """A second process that renewed would kill the serving bot's pair: it says so instead."""
    counter.double.expire_access()
    provider = counter.open(may_refresh=False)

    with pytest.raises(ProviderUnauthorized, match="serving bot"):
        await provider.balance()

    assert counter.count(Call.REFRESH) == 0
    assert counter.keep.saved == []


async def test_a_command_without_a_token_asks_for_nothing(counter: PlumCounter) -> None:
    """Where there is no access token yet, only the serving bot can make one."""
    with pytest.raises(ProviderUnauthorized):
        await counter.open(key=without_access(), may_refresh=False).balance()

    assert counter.double.calls == []


async def test_a_command_does_not_renew_ahead_of_time(counter: PlumCounter) -> None:
    """A token that is due is used by a command as it is."""
    await counter.open(key=without_access()).balance()
    counter.clock.advance(WEEK + HOUR)

    await counter.open(may_refresh=False).balance()

    assert counter.count(Call.REFRESH) == 1


async def test_a_command_finds_what_the_serving_bot_renewed(counter: PlumCounter) -> None:
    """A token that the serving bot replaced while the command ran is read again."""
    counter.double.rotate(Rotation.ONE_PAIR)
    command = counter.open(may_refresh=False)
    await command.balance()
    await counter.open(key=without_access()).balance()

    await command.balance()

    assert counter.count(Call.REFRESH) == 1


# --- Placing --------------------------------------------------------------------------------------


async def test_a_placing_that_was_turned_away_goes_once_more(counter: PlumCounter) -> None:
    """A rejected token proves that nothing ran: with a new one the order is sent, and is one."""
    counter.double.expire_access()

    await placed(counter.open())

    assert counter.count(Call.PLACE_ORDER) == 2
    assert len(counter.double.orders) == 1


async def test_a_placing_that_is_turned_away_twice_is_refused(counter: PlumCounter) -> None:
    """A second rejection refuses the order, freezes, and is never followed by a third attempt."""
    counter.double.fault(Call.PLACE_ORDER, faults.unauthorized(), times=10)
    provider = counter.open()

    placement = await provider.place(PSN, reference="po-1")

    assert isinstance(placement, Refused)
    assert (placement.kind, placement.freezes) == (RefusalKind.UNAUTHORIZED, True)
    assert counter.count(Call.PLACE_ORDER) == 2
    assert provider.budget().frozen


async def test_a_placing_without_any_token_says_what_helps(counter: PlumCounter) -> None:
    """When the refresh token is rejected too, the refusal says what is to be renewed, and where."""
    counter.double.expire_access()
    counter.double.revoke_refresh()

    placement = await counter.open().place(PSN, reference="po-1")

    assert isinstance(placement, Refused)
    assert placement.freezes
    assert "new tokens are made in the provider's dashboard" in placement.message
    assert counter.count(Call.PLACE_ORDER) == 1


async def test_a_placing_waits_for_tokens_that_come_later(counter: PlumCounter) -> None:
    """While a renewal is not answered nothing of the order ran: it may be tried again."""
    counter.double.expire_access()
    counter.double.fault(Call.REFRESH, faults.empty(502))
    provider = counter.open()

    first = await provider.place(PSN, reference="po-1")
    second = await provider.place(PSN, reference="po-1")
    counter.clock.advance(timedelta(minutes=1))
    third = await provider.place(PSN, reference="po-1")

    assert isinstance(first, NotSent)
    assert isinstance(second, NotSent)
    assert timedelta(0) < second.retry_after <= timedelta(minutes=1)
    assert isinstance(third, Accepted)
    assert len(counter.double.orders) == 1


async def test_a_renewal_that_is_refused_repeats_no_token(counter: PlumCounter) -> None:
    """What freezes an account is told to the admins: it holds nothing of the token."""
    first, rest = KEY.refresh_token[0], KEY.refresh_token[1:]
    for echo in (KEY.refresh_token, f"\\u{ord(first):04x}{rest}"):
        body = f'{{"code":400,"errorId":"{echo}","errorInfo":"{echo}","error":{{}}}}'
        counter.double.expire_access()
        counter.double.fault(Call.REFRESH, faults.json_body(body, 400))
        with pytest.raises(TokensLost) as lost:
            await counter.open().balance()
        assert KEY.refresh_token[:8].casefold() not in str(lost.value).casefold()


async def test_no_secret_is_in_a_repr_or_in_what_is_kept(counter: PlumCounter) -> None:
    """Answers repeat tokens, and errors may: none is kept with a call, nor shown."""
    echo = f'{{"error":"x {DEMO_ACCESS_TOKEN} {DEMO_REFRESH_TOKEN}","message":"y"}}'
    counter.double.fault(Call.PLACE_ORDER, faults.json_body(echo))
    provider = counter.open()

    placement = await provider.place(PSN, reference="po-1")

    kept = placement.exchange.request + placement.exchange.answer
    shown = f"{kept!r} {placement!r} {provider!r} {KEY!r}"
    secrets = (DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN, KEY.client_secret, KEY.client_id)
    assert [one for one in secrets if one in shown] == []
    assert "x ••• •••".encode() in kept
