"""What a person can be told no for; each reason is a sentence in every language."""

from enum import StrEnum


class RefusalReason(StrEnum):
    """Why something a person asked for was not done."""

    NOT_A_MEMBER = "not-a-member"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    NOT_AVAILABLE = "not-available"
    OUT_OF_STOCK = "out-of-stock"
    QUANTITY_NOT_A_NUMBER = "quantity-not-a-number"
    QUANTITY_TOO_SMALL = "quantity-too-small"
    QUANTITY_TOO_LARGE = "quantity-too-large"
    CARD_AMOUNT_UNREADABLE = "card-amount-unreadable"
    CARD_AMOUNT_OUT_OF_BOUNDS = "card-amount-out-of-bounds"
    CARD_AMOUNT_OFF_STEP = "card-amount-off-step"
    PHONE_NEEDED = "phone-needed"
    PHONE_UNREADABLE = "phone-unreadable"
    NOT_ENOUGH_BALANCE = "not-enough-balance"
    QUOTE_UNKNOWN = "quote-unknown"
    QUOTE_EXPIRED = "quote-expired"
    TOO_LATE_TO_CANCEL = "too-late-to-cancel"
    ORDER_UNKNOWN = "order-unknown"
    NOTHING_THERE = "nothing-there"
    AGENT_UNKNOWN = "agent-unknown"
    AGENT_AMBIGUOUS = "agent-ambiguous"
    AMOUNT_UNREADABLE = "amount-unreadable"
    ALREADY_DONE = "already-done"
    TOO_LATE_TO_UNDO = "too-late-to-undo"
    NOT_POSSIBLE_NOW = "not-possible-now"
    PROVIDER_ORDER_UNKNOWN = "provider-order-unknown"
