"""Mutants in the life of an order."""

from tests.mutants.mutant import Change, Mutant, simulation, tests

PLACING, CHECKOUT = "bot/services/placing.py", "bot/services/checkout.py"
SETTLING, ANSWERING = "bot/services/settling.py", "bot/services/answering.py"
MATCHING = "bot/domain/matching.py"

_PLACE = """\
        placement: Placement = await provider.place(line, reference=sending.reference)
"""

ORDERS = (
    Mutant(
        name="blind retry after a timeout",
        changes=(
            Change(
                file=PLACING,
                before=_PLACE,
                after=_PLACE
                + """\
        if type(placement).__name__ == "Unknown":
            placement = await provider.place(line, reference=sending.reference)
""",
            ),
        ),
        seen_by=simulation("1-6"),
        says="doubled:",
    ),
    Mutant(
        name="an unknown answer counts as not sent",
        changes=(
            Change(
                file=ANSWERING,
                before="""\
            case Unknown(reason=reason):
                await make_unknown(work, order, reason, placement.exchange, at=at)
""",
                after="""\
            case Unknown(reason=reason):
                back = order.to(OrderState.CONFIRMED, sending_at=None, not_before=at)
                await work.orders.save(back)
""",
            ),
        ),
        seen_by=simulation("1-6"),
        says="doubled:",
    ),
    Mutant(
        name="no journal before the call",
        changes=(
            Change(
                file=PLACING,
                before="""\
        sending = await self._send(order.id, provider, checked)
        if sending is None:
            return
        line = Line(
            product_key=sending.product_key,
            type_key=sending.type_key,
            quantity=sending.quantity,
            phone=checked.phone,
        )
"""
                + _PLACE,
                after="""\
        line = Line(
            product_key=order.product_key,
            type_key=order.type_key,
            quantity=order.quantity,
            phone=checked.phone,
        )
        placement: Placement = await provider.place(line, reference=order.reference)
        sending = await self._send(order.id, provider, checked)
        if sending is None:
            return
""",
            ),
        ),
        seen_by=simulation("1,3,9,18,4,5"),
        says="was called refused",
    ),
    Mutant(
        name="what was being sent is sent again after a crash",
        changes=(
            Change(
                file="bot/services/recovery.py",
                before="""\
                await make_unknown(work, order, "process ended", None, at=self.clock.now())
""",
                after="""\
                await work.orders.save(order.to(OrderState.CONFIRMED, sending_at=None))
""",
            ),
        ),
        seen_by=simulation("6,15,18,21,2,9"),
        says="doubled:",
    ),
    Mutant(
        name="hold outside the transaction",
        changes=(
            Change(
                file=CHECKOUT,
                before="""\
            order = await self._open(work, quote, message_id)
        self.bells.placing.ring()
""",
                after="""\
            order = await self._open(work, quote, message_id)
        async with self.store.begin() as work:
            await work.ledger.post(ledger.hold(order, at=order.confirmed_at))
        self.bells.placing.ring()
""",
            ),
            Change(
                file=CHECKOUT,
                before="if await work.ledger.post(ledger.hold(order, at=at)) is Posted.OVERDRAWN:",
                after="if (await work.ledger.wallet(quote.agent_id)).missing(quote.total):",
            ),
        ),
        seen_by=simulation("6,34,14,16,13,9"),
        says="held:",
    ),
    Mutant(
        name="nothing is ever looked for",
        changes=(
            Change(
                file=SETTLING,
                before="if due and is_sure and not unchecked and not provider.budget().frozen:",
                after="if due and is_sure and not unchecked and not provider:",
            ),
        ),
        seen_by=simulation("1-6"),
        says="is unknown",
    ),
    Mutant(
        name="horizon too short",
        changes=(
            Change(
                file=MATCHING,
                before="    if len(lags) >= PROOFS or settings.explicit:\n        return proven\n",
                after="    return settings.least / 12\n",
            ),
        ),
        seen_by=simulation("1-6"),
        says="was called refused",
    ),
    Mutant(
        name="one reading taken for absence",
        changes=(
            Change(
                file=SETTLING,
                before="""\
        if order.absent_at is None:
            await self._note_absence(order, listing.begun_at)
        elif listing.begun_at - order.absent_at >= self._between_readings(provider):
""",
                after="""\
        if True:
""",
            ),
        ),
        seen_by=simulation("31,36,47,1,15"),
        says="was called refused",
    ),
    Mutant(
        name="matching without 'owned by nobody'",
        changes=(
            Change(
                file=MATCHING,
                before="        and one.provider_order_id not in owned\n",
                after="",
            ),
        ),
        seen_by=simulation("3,4,9,18,21"),
        says="is unknown",
    ),
    Mutant(
        name="matching without the send window",
        changes=(
            Change(
                file=MATCHING,
                before="        and window.holds(one.created_at)\n",
                after="",
            ),
        ),
        seen_by=tests("tests/unit/domain/test_matching.py"),
        says="test_what_differs_or_was_created_elsewhen_is_not_ours",
    ),
    Mutant(
        name="two orders of one bucket under way",
        changes=(
            Change(
                file=PLACING,
                before="return not await work.orders.list_in_bucket(order.bucket, *states)",
                after="return True",
            ),
        ),
        seen_by=tests("tests/unit/services/test_placing.py"),
        says="test_a_bucket_with_an_unknown_order_is_closed",
    ),
    Mutant(
        name="a second tap makes a second order",
        changes=(
            Change(
                file=CHECKOUT,
                before="if earlier := await work.orders.find_by_quote(quote_id):",
                after="if earlier := None:",
            ),
        ),
        seen_by=simulation("1-6"),
        says="update: Conflict('orders.quote_id is unique')",
    ),
)
