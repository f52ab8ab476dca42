"""Plum's payment report becomes movements, each once and with its sign."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.errors import ProviderContractBroken
from bot.providers.plum import payments


def data(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


def dollars(amount: str) -> Money:
    """An amount of the account's money."""
    return Money.of(Decimal(amount), "USD")


def payment(**fields: object) -> dict[str, object]:
    """Show a line of the report."""
    shown = {
        "invoice_number": 3352,
        "reference_id": 6474256,
        "date": "2026-11-21",
        "reason": "Brand vouchers issued",
        "adjusted_amount": 20,
        "closing_balance": 80,
        "transaction_status": "Complete",
    }
    return shown | fields


def moved(*lines: dict[str, object]) -> list[tuple[str, str, Money, str | None]]:
    """Read a report: id, kind, amount and order of each movement."""
    found = payments.list_movements(payments.read_payments(data(lines)), currency="USD")
    return [(one.id, one.kind, one.amount, one.provider_order_id) for one in found]


def test_a_sale_takes_a_refund_and_a_deposit_bring() -> None:
    """The reason tells what an amount without a sign did, and which order it was for."""
    assert moved(
        payment(reason="Refunded", adjusted_amount="10.00", closing_balance=90),
        payment(adjusted_amount=-20, invoice_number="N3352A"),
        payment(reason="Funds added", reference_id="778mM7etFj", adjusted_amount=100),
    ) == [
        ("3352:6474256:2026-11-21", "REFUND-ORDER", dollars("10"), "6474256"),
        ("N3352A:6474256:2026-11-21", "ORDER", dollars("-20"), "6474256"),
        ("3352:778mM7etFj:2026-11-21", "DEPOSIT", dollars("100"), None),
    ]


def test_an_order_that_is_not_named_by_its_number_is_not_named() -> None:
    """One sample shows letters where an order's number should be."""
    assert moved(payment(reference_id="zYEgsdgUTZA3"))[0][3] is None


@pytest.mark.parametrize("status", ["Cancelled", "canceled", "CANCELLED"])
def test_what_was_cancelled_did_not_move(status: str) -> None:
    """A cancelled movement is left out, and its neighbours keep their names."""
    first, second, third = (payment(closing_balance=left) for left in (60, 80, 100))

    found = moved(first, second | {"transaction_status": status}, third)

    assert [one[0] for one in found] == ["3352:6474256:2026-11-21#3", "3352:6474256:2026-11-21"]


def test_the_same_line_twice_is_one_movement() -> None:
    """Pages shift while money moves: what is read twice was not moved twice."""
    deposit = payment(reason="Funds added", closing_balance=100)

    assert len(moved(deposit, payment(), deposit)) == 2


def test_a_report_from_the_oldest_is_turned() -> None:
    """Movements are newest first, whichever way the report goes."""
    old, new = payment(date="2026-11-20"), payment(date="2026-11-21")

    assert moved(old, new) == moved(new, old)


@pytest.mark.parametrize(
    ("amount", "closing", "told"),
    [(30, 50, "-30"), (30, 110, "30"), (-30, 50, "-30"), (30, 77, "30"), (30, None, "30")],
)
def test_a_reason_that_nobody_knows_goes_by_the_balance(
    amount: int, closing: int | None, told: str
) -> None:
    """What the balance did tells the sign; where it does not say, the sign is as written."""
    unknown = payment(reason="Manual  correction", adjusted_amount=amount, closing_balance=closing)

    found = moved(unknown, payment(closing_balance=80))[0]

    assert found[1:3] == ("MANUAL-CORRECTION", dollars(told))


def test_a_day_begins_in_india() -> None:
    """A movement has a day: it is told as where that day begins."""
    (one,) = payments.list_movements(
        payments.read_payments(data([payment(date="2026-11-21 18:00:00", reason=None)])),
        currency="USD",
    )

    assert one.at == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert one.kind == "UNTOLD"


@pytest.mark.parametrize("fields", [{"date": None}, {"date": "1/6/23"}, {"adjusted_amount": "?"}])
def test_a_movement_without_day_or_amount_is_a_broken_promise(fields: dict[str, object]) -> None:
    """Money that moved is not left out because its line is odd."""
    with pytest.raises(ProviderContractBroken):
        moved(payment(**fields))


def test_nothing_moved() -> None:
    """An empty report is one."""
    assert moved() == []


def test_an_order_came_to_what_it_took_less_what_it_gave_back() -> None:
    """A cost is only told by movements that show both, and of this order alone."""
    took = payment(adjusted_amount="9.85")
    back = payment(reason="Refunded", adjusted_amount="4.92", invoice_number=3353)
    other = payment(adjusted_amount=7, reference_id=6474257, invoice_number=3354)

    def cost_of(*lines: dict[str, object]) -> Money | None:
        read = payments.read_payments(data(lines))
        return payments.costs(payments.list_movements(read, currency="USD")).get("6474256")

    assert cost_of(back, took, other) == dollars("4.93")
    assert cost_of(took, other) is None
    assert cost_of(back) is None
    assert cost_of() is None
