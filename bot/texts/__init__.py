"""What people read, in their own language, from `locales/<language>/*.ftl`.

`Translator` holds the languages, `Voice` speaks one of them:

    voice = translator.voice(member.language)
    voice.say("order-placed", order=order.id, total=total)     # Telegram HTML, arguments escaped
    voice.label("button-confirm", quantity=2, total=total)     # plain: buttons, toasts, menus

Arguments are escaped, formatted for the locale and isolated here, and nowhere else:

- `str`: escaped; `Markup` (from `say`, `code`, `link`): inserted as it is.  `rows` joins lines.
- `int`: a count, which can choose a plural form; grouped by the locale.  A number that names a
  thing is passed as `order=` or `..._id=` and keeps its bare digits.
- `Money`, `Rate` (what one unit is worth), `Percent`, `Decimal`, `date`, aware `datetime` (shown
  in the shop's zone), `timedelta`.

A card code goes in as `code(card.code)`: the tags travel with it, so that Fluent's isolates land
outside the entity and the agent copies exactly the code.  So `<code>` never stands in an .ftl
file, and no tag there goes round a code.

How ids are written, so that a test can find the unused and the missing ones: as a literal (in a
call of `say` or `label`, in a table), or as an f-string that opens with a literal
ending in a dash (`f"command-{name}"`), which uses every id of that family.

Families with limits of their own, always plain text, read through `label`: `button-…` (48),
`toast-…` (200), `command-…` (256), `bot-description` (512), `bot-short-description` (120); and
`refusal-…` (200), one for each `RefusalReason`, said by `Voice.refusal` and `refusal_toast`.
"""

from bot.texts.formats import Percent
from bot.texts.markup import Markup, code, link, rows, shortened, shown_units
from bot.texts.translator import LANGUAGES, Translator, Voice, closest

__all__ = [
    "LANGUAGES",
    "Markup",
    "Percent",
    "Translator",
    "Voice",
    "closest",
    "code",
    "link",
    "rows",
    "shortened",
    "shown_units",
]
