"""Every setting by its name: how it is read, its default, and what to write when it is wrong."""

from bot.domain.agents import Language
from bot.domain.catalog import Environment
from bot.settings import parse
from bot.settings.reader import Field

TELEGRAM_BOT_TOKEN = Field(
    name="TELEGRAM_BOT_TOKEN",
    parse=parse.secret(r"[0-9]+:[A-Za-z0-9_-]+"),
    mend="copy the token that @BotFather gave you, such as 123456789:AAE…",
)
TELEGRAM_API_URL = Field(
    name="TELEGRAM_API_URL",
    parse=parse.url,
    mend="write an https:// address (http:// for this machine alone), or leave it out",
    default="https://api.telegram.org",
)
ADMIN_IDS = Field(
    name="ADMIN_IDS",
    parse=parse.telegram_ids,
    mend="write your Telegram id, a number that @userinfobot tells you; several with commas",
)
SUPPORT_CONTACT = Field(
    name="SUPPORT_CONTACT",
    parse=parse.matching(r"[^\x00-\x1f\x7f]{1,200}"),
    mend="write one short line, such as @shop_support",
)
DATABASE_URL = Field(
    name="DATABASE_URL",
    parse=parse.sqlite_file,
    mend="write sqlite:///wakil.db, or sqlite:////path/to/wakil.db for another folder",
    default="sqlite:///wakil.db",
)
CARD_KEYS = Field(
    name="CARD_KEYS",
    parse=parse.card_keys,
    mend="write id:base64 of 32 bytes, newest first, or let `python run.py init` make a key",
)
ONECLICKDZ_API_KEY = Field(
    name="ONECLICKDZ_API_KEY",
    parse=parse.secret(r"[!-~]+"),
    mend="copy the key from OneClickDZ's dashboard, Settings, API,"
    " or set PLUM_CLIENT_ID, PLUM_CLIENT_SECRET and PLUM_REFRESH_TOKEN",
)
ONECLICKDZ_API_URL = Field(
    name="ONECLICKDZ_API_URL",
    parse=parse.url,
    mend="write an https:// address (http:// for this machine alone), or leave it out",
    default="https://api.oneclickdz.com",
)
ONECLICKDZ_ENVIRONMENT = Field(
    name="ONECLICKDZ_ENVIRONMENT",
    parse=Environment,
    mend="write sandbox or production, as the key is",
    default="sandbox",
)
ONECLICKDZ_CALLS_PER_MINUTE = Field(
    name="ONECLICKDZ_CALLS_PER_MINUTE",
    parse=parse.positive,
    mend="write a whole number above zero, or leave it out",
)
ONECLICKDZ_HORIZON_SECONDS = Field(
    name="ONECLICKDZ_HORIZON_SECONDS",
    parse=parse.seconds,
    mend="write a number of seconds above zero, or leave it out",
)
PLUM_API_URL = Field(
    name="PLUM_API_URL",
    parse=parse.url,
    mend="write https://stagingstores.xoxoday.com/chef or https://accounts.xoxoday.com/chef",
    default="https://stagingstores.xoxoday.com/chef",
)
PLUM_CLIENT_ID = Field(
    name="PLUM_CLIENT_ID",
    parse=parse.secret(r"[!-~]+"),
    mend="copy the client id from Xoxoday Plum's dashboard, Settings, API",
)
PLUM_CLIENT_SECRET = Field(
    name="PLUM_CLIENT_SECRET",
    parse=parse.secret(r"[!-~]+"),
    mend="copy the secret id from Xoxoday Plum's dashboard, Settings, API",
)
PLUM_ACCESS_TOKEN = Field(
    name="PLUM_ACCESS_TOKEN",
    parse=parse.secret(r"[!-~]+"),
    mend="copy the access token that Xoxoday Plum's dashboard made, or leave it out",
)
PLUM_REFRESH_TOKEN = Field(
    name="PLUM_REFRESH_TOKEN",
    parse=parse.secret(r"[!-~]+"),
    mend="copy the refresh token that Xoxoday Plum's dashboard made, Settings, API",
)
PLUM_HORIZON_SECONDS = Field(
    name="PLUM_HORIZON_SECONDS",
    parse=parse.seconds,
    mend="write a number of seconds above zero, or leave it out",
)
PLUM_DELAYED = Field(
    name="PLUM_DELAYED",
    parse=parse.yes_or_no,
    mend="write yes or no",
    default="no",
)
PLUM_COUNTRIES = Field(
    name="PLUM_COUNTRIES",
    parse=parse.countries,
    mend="write ISO codes with commas, such as US,FR, or leave it out for every country",
)
WEBHOOK_KEY = Field(
    name="WEBHOOK_KEY",
    parse=parse.secret(r"[A-Za-z0-9]{13,60}"),
    mend="write 13 to 60 letters and digits, the same as in the provider's dashboard",
)
WEBHOOK_HOST = Field(
    name="WEBHOOK_HOST",
    parse=parse.matching(r"[A-Za-z0-9.:-]{1,255}"),
    mend="write the address to listen at, such as 127.0.0.1",
    default="127.0.0.1",
)
WEBHOOK_PORT = Field(
    name="WEBHOOK_PORT",
    parse=parse.port,
    mend="write the port to listen at, from 1 to 65535",
    default="8080",
)
TRACK_SECONDS = Field(
    name="TRACK_SECONDS",
    parse=parse.seconds,
    mend="write a number of seconds above zero, such as 5",
    default="5",
)
CURRENCY = Field(
    name="CURRENCY",
    parse=parse.matching(r"[A-Z]{3}"),
    mend="write the three letters of a currency, such as DZD",
    default="DZD",
)
PRICE_STEP = Field(
    name="PRICE_STEP",
    parse=parse.step,
    mend="write an amount above zero, such as 10",
    default="10",
)
TIMEZONE = Field(
    name="TIMEZONE",
    parse=parse.timezone,
    mend="write a place of the time zone database, such as Africa/Algiers",
    default="Africa/Algiers",
)
DEFAULT_LANGUAGE = Field(
    name="DEFAULT_LANGUAGE",
    parse=Language,
    mend="write en, fr or ar",
    default="fr",
)
DEFAULT_MARGIN_PERCENT = Field(
    name="DEFAULT_MARGIN_PERCENT",
    parse=parse.basis_points,
    mend="write a number from 0 to 1000, such as 5 or 7.5",
    default="5",
)
DEFAULT_CREDIT_LIMIT = Field(
    name="DEFAULT_CREDIT_LIMIT",
    parse=parse.limit,
    mend="write an amount such as 0 or 50000, or none for no limit",
    default="0",
)
PROTECT_CARDS = Field(
    name="PROTECT_CARDS",
    parse=parse.yes_or_no,
    mend="write yes or no",
    default="no",
)
LOG_FORMAT = Field(
    name="LOG_FORMAT",
    parse=parse.log_format,
    mend="write console or json",
    default="console",
)
LOG_LEVEL = Field(
    name="LOG_LEVEL",
    parse=parse.log_level,
    mend="write DEBUG, INFO, WARNING, ERROR or CRITICAL",
    default="INFO",
)
