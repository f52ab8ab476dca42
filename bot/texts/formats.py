"""Numbers, money, dates and durations as each language writes them in Algeria, by CLDR.

CLDR has `fr-DZ` and `ar-DZ`, but no `en-DZ`.  English is written by `en-FI`, the English of CLDR
that writes numbers as every Algerian invoice does: a no-break space groups, the comma is the
decimal mark, the currency follows (`2 900 DA`).  `en-US` would print `2,900`, which a shop that
reads the comma as a decimal mark takes for two dinars and ninety centimes.

Arabic is `ar-DZ` but for its numbers: CLDR groups with a point (`2.900`), and Algerians read a
point both ways, as the bot itself does, which refuses `2.900` when it is typed.  So numbers are
written as in the other two, with a no-break space, which keeps a number in one piece where lines
run from right to left (a common separator in UAX #9; an ordinary space would swap its halves).
The sign of dinars is `د.ج` without CLDR's last point, which would meet the full stop.
Digits are Western in all three; the clock has 24 hours, so that no receipt hangs on an "AM".
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from bot.domain.money import Money
from bot.domain.rates import Rate
from bot.errors import TextError

LOCALES = {"en": "en_FI", "fr": "fr_DZ", "ar": "ar_DZ"}
_SYMBOLS = {"en": ("en_001", "fr_DZ"), "fr": ("fr_DZ",), "ar": ("ar_DZ",)}
"""Where a language takes currency symbols from: CLDR's English would print DZD, no shop does.

The first that has one is taken: `US$`, and `DA`.
"""
_NUMBERS = {"ar": "en_FI"}
"""Where a language takes the marks inside a number from."""
_LAST_POINT = ".\u200f"
_LEFT_TO_RIGHT_MARK = "\u200e"

_CLOCK = "HH:mm"


@dataclass(frozen=True, slots=True)
class Percent:
    """A share in basis points: `Percent(550)` is 5.5 %."""

    bp: int


class Formats:
    """Write values for one language; instants are shown in the shop's `timezone`."""

    def __init__(self, language: str, timezone: tzinfo) -> None:
        self.locale = Locale.parse(LOCALES[language])
        self._symbols = tuple(Locale.parse(one) for one in _SYMBOLS[language])
        self._numbers = Locale.parse(_NUMBERS.get(language, LOCALES[language]))
        self._timezone = timezone

    @property
    def right_to_left(self) -> bool:
        """Tell whether lines start at the right."""
        return self.locale.text_direction == "rtl"

    @property
    def groups_counts(self) -> bool:
        """Tell whether the locale itself groups digits as they are grouped here."""
        return self._numbers == self.locale

    def money(self, money: Money) -> str:
        """Write an amount; whole amounts go without decimals, a minus stands at the left."""
        return self._amount(money.amount, money.currency)

    def rate(self, rate: Rate) -> str:
        """Write what one unit is worth, with all its decimals."""
        return self._amount(rate.amount, rate.target)

    def _amount(self, amount: Decimal, currency: str) -> str:
        pattern = self.locale.currency_formats["standard"].pattern
        is_whole = amount == amount.to_integral_value()
        pattern = pattern.replace("0.00", "0" if is_whole else "0.00####")
        text = format_currency(amount, currency, pattern, self._numbers, currency_digits=False)
        foreign = get_currency_symbol(currency, self._numbers)
        text = text.replace(foreign, self._symbol(currency))
        return text.replace("-", f"{_LEFT_TO_RIGHT_MARK}-") if self.right_to_left else text

    def _symbol(self, currency: str) -> str:
        symbols = (get_currency_symbol(currency, one) for one in self._symbols)
        found = next((one for one in symbols if one != currency), currency)
        return found.removesuffix(_LAST_POINT)

    def percent(self, percent: Percent) -> str:
        """Write a share with as many decimals as it has, two at most."""
        pattern = self.locale.percent_formats[None].pattern.replace("0", "0.##")
        return format_percent(Decimal(percent.bp) / 10_000, pattern, self._numbers)

    def number(self, number: Decimal) -> str:
        """Write a number with the decimals it has."""
        return format_decimal(number, locale=self._numbers, decimal_quantization=False)

    def instant(self, instant: datetime) -> str:
        """Write a day and a time; an instant without a zone is refused."""
        if instant.utcoffset() is None:
            raise TextError("An instant without a time zone cannot be shown")
        local = instant.astimezone(self._timezone)
        both = str(get_datetime_format("short", locale=self.locale))
        time = format_time(local, _CLOCK, locale=self.locale)
        return both.replace("{1}", self.day(local)).replace("{0}", time)

    def day(self, day: date) -> str:
        """Write a day; an instant must be in the shop's zone already."""
        return format_date(day, "short", locale=self.locale)

    def duration(self, duration: timedelta) -> str:
        """Write a length of time in its largest unit, rounded: `10 minutes`."""
        return format_timedelta(duration, threshold=1, locale=self.locale)
