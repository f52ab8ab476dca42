"""Mutants on the way of the cards and of the money."""

from tests.mutants.mutant import Change, Mutant, simulation

DELIVERY, TRACKING = "bot/services/delivery.py", "bot/services/tracking.py"

CARDS = (
    Mutant(
        name="a stale progress write covers the cards",
        changes=(
            Change(
                file=DELIVERY,
                before="if order.epoch != self.epoch or self._uncertain.find(order.id):",
                after="if order.id < 0:",
            ),
        ),
        seen_by=simulation("42,50,7,1,5"),
        says="lost:",
    ),
    Mutant(
        name="delivery marked before it is sent",
        changes=(
            Change(
                file=DELIVERY,
                before="            await work.outbox.save(trying)\n        return _Attempt(",
                after="""\
            await work.outbox.save(replace(trying, state=DeliveryState.SENT))
        return _Attempt(""",
            ),
        ),
        seen_by=simulation("1,20,26,41,43,9"),
        says="lost:",
    ),
    Mutant(
        name="acknowledged before it is sent",
        changes=(
            Change(
                file=DELIVERY,
                before="""\
        answer = await self._say(attempt)
        if isinstance""",
                after="""\
        await self._record(attempt, Sent(message_id=attempt.edits or 1))
        answer = await self._say(attempt)
        if isinstance""",
            ),
        ),
        seen_by=simulation("1,6,9,12,14"),
        says="was told to nobody",
    ),
    Mutant(
        name="an unclear answer of Telegram counts as sent",
        changes=(
            Change(
                file=DELIVERY,
                before="""\
                    due_at = now + retry_delay(delivery.attempts)
                    await work.outbox.save(replace(delivery, due_at=due_at))
""",
                after="""\
                    await work.outbox.save(replace(delivery, state=DeliveryState.SENT))
""",
            ),
        ),
        seen_by=simulation("1-6"),
        says="lost:",
    ),
    Mutant(
        name="the end of an order is told to nobody",
        changes=(
            Change(
                file="bot/services/composing.py",
                before="            return Outcome(",
                after="            return None\n            return Outcome(",
            ),
        ),
        seen_by=simulation("1-6"),
        says="was told to nobody",
    ),
    Mutant(
        name="refund on a timer",
        changes=(
            Change(
                file=TRACKING,
                before="        self._looks.keep_only(handled)\n",
                after="""\
        self._looks.keep_only(handled)
        for order in handled:
            if self.clock.now() - (order.handling_at or order.confirmed_at) > timedelta(minutes=1):
                async with self.store.begin() as work:
                    await self.receiving.close(work, order, "wakil")
""",
            ),
        ),
        seen_by=simulation("6,10,12,2,3"),
        says="lost:",
    ),
    Mutant(
        name="PARTIALLY_FILLED not final",
        changes=(
            Change(
                file="bot/domain/settlement.py",
                before='    "PARTIALLY_FILLED": OrderState.PARTIALLY_FILLED,\n',
                after="",
            ),
        ),
        seen_by=simulation("10,14,15,6,13"),
        says="is handling",
    ),
    Mutant(
        name="a wallet is not asked whether it covers an order",
        changes=(
            Change(
                file="bot/domain/ledger.py",
                before="        guarded=True,\n",
                after="        guarded=False,\n",
            ),
        ),
        seen_by=simulation("7,13,19,5,11"),
        says=" had Money(",
    ),
    Mutant(
        name="a partial fill gives nothing back",
        changes=(
            Change(
                file="bot/services/receiving.py",
                before="await work.ledger.post(ledger.release(order, cards=left, at=at))",
                after="pass",
            ),
        ),
        seen_by=simulation("10,12,6,2,11"),
        says="held:",
    ),
)
