import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import settings
from bot.domain.agents import Language
from bot.domain.catalog import Environment
from bot.domain.matching import Horizons
from bot.domain.money import Money
from bot.domain.secret import Secret
from bot.errors import SettingsError
from bot.settings import ONECLICKDZ, PLUM, fields
from bot.settings.reader import Field
from bot.settings.sources import read_env_file

OLD, NEW = bytes(range(32)), bytes(range(200, 232))


def ring(*keys: tuple[str, bytes]) -> str:
    return ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys)


REQUIRED = {
    "TELEGRAM_BOT_TOKEN": "123456789:AAE-token_of-a-test",
    "ADMIN_IDS": "11, 22",
    "CARD_KEYS": ring(("2026b", NEW), ("2026a", OLD)),
    "ONECLICKDZ_API_KEY": "sk_test_of-a-test",
}
HERE = Path("/nowhere")


def load(root: Path = HERE, **changes: str) -> settings.Settings:
    return settings.load(REQUIRED | changes, root)


def oneclickdz(**changes: str) -> settings.OneClickDZSettings:
    found = settings.load(REQUIRED | changes, HERE).oneclickdz
    assert found is not None
    return found


PLUM_SETTINGS = {
    "PLUM_CLIENT_ID": "client-of-a-test",
    "PLUM_CLIENT_SECRET": "secret-of-a-test",
    "PLUM_REFRESH_TOKEN": "refresh-of-a-test",
}
REST = {name: value for name, value in REQUIRED.items() if name != "ONECLICKDZ_API_KEY"}


def plum(**changes: str) -> settings.PlumSettings:
    found = settings.load(REST | PLUM_SETTINGS | changes, HERE).plum
    assert found is not None
    return found


def complaint(values: Mapping[str, str], root: Path = HERE) -> str:
    with pytest.raises(SettingsError) as caught:
        settings.load(values, root)
    return str(caught.value)


def test_defaults() -> None:
    """Four settings are enough to start, and the others have the documented defaults."""
    found = load()
    assert found.telegram_api_url == "https://api.telegram.org"
    assert found.support_contact is None
    assert found.database == HERE / "wakil.db"
    assert found.oneclickdz is not None
    assert (found.plum, found.webhook) == (None, None)
    assert found.oneclickdz.api_url == "https://api.oneclickdz.com"
    assert found.oneclickdz.environment is Environment.SANDBOX
    assert found.oneclickdz.horizons == Horizons(least=timedelta(minutes=2), explicit=False)
    assert found.track_every == timedelta(seconds=5)
    assert found.price_step == Money(minor=1000, currency="DZD")
    assert found.timezone == ZoneInfo("Africa/Algiers")
    assert found.default_language is Language.FRENCH
    assert found.default_margin_bp == 500
    assert found.default_credit_limit == Money(minor=0, currency="DZD")
    assert found.protect_cards is False
    assert (found.log_format, found.log_level) == ("console", "INFO")


def test_required_values() -> None:
    """Admins keep their order, and the first card key is the newest."""
    found = load()
    assert found.telegram_bot_token.reveal() == REQUIRED["TELEGRAM_BOT_TOKEN"]
    assert found.admin_ids == (11, 22)
    assert found.card_keys == (("2026b", Secret(NEW)), ("2026a", Secret(OLD)))


def test_plum_alone() -> None:
    """Three credentials of Plum are a provider; the access token may be left out."""
    alone = settings.load(REST | PLUM_SETTINGS, HERE)
    assert alone.oneclickdz is None
    found = plum()
    assert found.api_url == "https://stagingstores.xoxoday.com/chef"
    assert found.access_token is None
    assert found.horizons == Horizons(least=timedelta(minutes=2), explicit=False)
    assert (found.delayed, found.countries) == (False, ())


def test_both_providers() -> None:
    """One bot may sell from two providers."""
    both = settings.load(REQUIRED | PLUM_SETTINGS, HERE)
    assert both.oneclickdz is not None
    assert both.plum is not None


def test_what_is_sold_of_plum() -> None:
    """Delayed products are sold where it is wanted; countries are ISO codes, each once."""
    found = plum(PLUM_DELAYED="yes", PLUM_COUNTRIES="us, FR,us")
    assert (found.delayed, found.countries) == (True, ("US", "FR"))


@pytest.mark.parametrize("name", [*PLUM_SETTINGS, "PLUM_ACCESS_TOKEN"])
@pytest.mark.parametrize("others", [REQUIRED, REST], ids=["beside another", "alone"])
def test_half_of_plum(name: str, others: Mapping[str, str]) -> None:
    """Who sets a part of Plum's credentials is told what is missing of it, and nothing else."""
    lines = complaint(dict(others) | {name: "of-a-test"}).splitlines()
    assert [line.split(" is missing: ")[0] for line in lines] == [
        other for other in PLUM_SETTINGS if other != name
    ]


def test_no_provider() -> None:
    """Without any provider there is nothing to sell, and both ways out are told."""
    sentence = complaint(REST)
    assert sentence.startswith("ONECLICKDZ_API_KEY is missing: copy the key from OneClickDZ's")
    assert "or set PLUM_CLIENT_ID, PLUM_CLIENT_SECRET and PLUM_REFRESH_TOKEN" in sentence


def test_webhook() -> None:
    """A key opens the door for a provider to knock at, on this machine unless told otherwise."""
    found = load(WEBHOOK_KEY="0123456789abC").webhook
    assert found is not None
    assert (found.key.reveal(), found.host, found.port) == ("0123456789abC", "127.0.0.1", 8080)
    assert load(WEBHOOK_PORT="9000").webhook is None


def test_secrets() -> None:
    """The log is told every secret there is."""
    more = PLUM_SETTINGS | {"PLUM_ACCESS_TOKEN": "access-of-a-test", "WEBHOOK_KEY": "0123456789abc"}
    assert set(more.values()) < set(settings.load(REQUIRED | more, HERE).secrets())
    assert load().secrets() == (
        REQUIRED["TELEGRAM_BOT_TOKEN"],
        REQUIRED["ONECLICKDZ_API_KEY"],
        NEW,
        OLD,
    )


@pytest.mark.parametrize(("environment", "calls"), [("sandbox", 60), ("production", 120)])
def test_calls_per_minute(environment: str, calls: int) -> None:
    """Unless it is set, an account asks no more than its kind of key may."""
    assert oneclickdz(ONECLICKDZ_ENVIRONMENT=environment).calls_per_minute == calls
    assert oneclickdz(ONECLICKDZ_CALLS_PER_MINUTE="7").calls_per_minute == 7


def test_explicit_horizon() -> None:
    """A horizon that was set is told apart from the default, even when they are equal."""
    explicit = Horizons(least=timedelta(minutes=2), explicit=True)
    assert oneclickdz(ONECLICKDZ_HORIZON_SECONDS="120").horizons == explicit
    told = settings.load_horizons({"PLUM_HORIZON_SECONDS": "120"}, HERE)
    assert told == {ONECLICKDZ: replace(explicit, explicit=False), PLUM: explicit}


def test_currency_of_amounts() -> None:
    """Amounts among the settings are in the currency that is set."""
    found = load(CURRENCY="EUR", PRICE_STEP="0.05", DEFAULT_CREDIT_LIMIT="150.5")
    assert found.price_step == Money(minor=5, currency="EUR")
    assert found.default_credit_limit == Money(minor=15050, currency="EUR")


def test_no_credit_limit() -> None:
    """`none` is a counter without a limit, not a limit of zero."""
    assert load(DEFAULT_CREDIT_LIMIT="none").default_credit_limit is None


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///wakil.db", HERE / "wakil.db"),
        ("sqlite:///data/shop.db", HERE / "data/shop.db"),
        ("sqlite:////srv/wakil.db", Path("/srv/wakil.db")),
    ],
)
def test_database(url: str, path: Path) -> None:
    """The database is found from the folder of run.py, wherever the command was given."""
    assert load(DATABASE_URL=url).database == path
    assert settings.load_database({"DATABASE_URL": url}, HERE) == path


def test_database_alone() -> None:
    """A command that only needs the database still refuses one it does not know."""
    with pytest.raises(SettingsError, match="DATABASE_URL is malformed: write sqlite:"):
        settings.load_database({"DATABASE_URL": "postgresql://localhost/wakil"}, HERE)


@pytest.mark.parametrize("name", ["TELEGRAM_API_URL", "ONECLICKDZ_API_URL", "PLUM_API_URL"])
def test_keys_and_cards_never_travel_in_clear(name: str) -> None:
    """Without TLS nothing is sent beyond this machine, and the refusal says what to write."""
    for host in ("api.telegram.org", "192.168.1.7", "127.0.0.1.nip.io", "[fd00::7]", "127.1"):
        told = complaint(REQUIRED | {name: f"http://{host}/chef"})
        assert told.startswith(f"{name} is malformed: write")
        assert "https://" in told
    for address in ("http://localhost:8081", "http://127.0.0.2", "http://[::1]:80/bot"):
        settings.load(REQUIRED | {name: address}, HERE)


@pytest.mark.parametrize("name", REQUIRED)
def test_missing(name: str) -> None:
    """A setting that must be set is asked for by name, empty or absent."""
    rest = {other: value for other, value in REQUIRED.items() if other != name}
    assert complaint(rest).startswith(f"{name} is missing: ")
    assert complaint(rest | {name: "  "}).startswith(f"{name} is missing: ")


MALFORMED = {
    "TELEGRAM_BOT_TOKEN": ["AAE-only-half", "123:with space", ":AAE", "x23:AAE"],
    "TELEGRAM_API_URL": [
        "api.telegram.org",
        "ftp://host",
        "http://",
        "http://a:b@host",
        "http://h?q",
    ],
    "ADMIN_IDS": ["@karim", "0", "-5", "1;2", ","],
    "SUPPORT_CONTACT": ["two\nlines", "x" * 201],
    "DATABASE_URL": ["wakil.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a?b"],
    "CARD_KEYS": [
        "no-colon",
        "a:****",
        ring(("a", bytes(31))),
        ring(("a", bytes(33))),
        ring(("a", OLD), ("a", NEW)),
        ring(("spa ce", OLD)),
        ring(("a", OLD)) + ",",
    ],
    "ONECLICKDZ_API_KEY": ["with space", "clé"],
    "ONECLICKDZ_API_URL": ["https://host:99999", "https://host#part"],
    "ONECLICKDZ_ENVIRONMENT": ["test", "PROD"],
    "ONECLICKDZ_CALLS_PER_MINUTE": ["0", "-1", "many", "1.5"],
    "ONECLICKDZ_HORIZON_SECONDS": ["0", "-1", "nan", "inf", "soon"],
    "PLUM_API_URL": ["accounts.xoxoday.com"],
    "PLUM_CLIENT_ID": ["with space", "clé"],
    "PLUM_CLIENT_SECRET": ["with space"],
    "PLUM_ACCESS_TOKEN": ["with space"],
    "PLUM_REFRESH_TOKEN": ["with space"],
    "PLUM_HORIZON_SECONDS": ["0", "soon"],
    "PLUM_DELAYED": ["maybe"],
    "PLUM_COUNTRIES": [",", "USA", "France", "U1", "ÉÉ"],
    "WEBHOOK_KEY": ["0123456789ab", "a" * 61, "0123456789ab-"],
    "WEBHOOK_HOST": ["two words", "http://host"],
    "WEBHOOK_PORT": ["0", "65536", "http"],
    "TRACK_SECONDS": ["0", "-0.1", "nan", "1e400"],
    "CURRENCY": ["dzd", "DA", "دج"],
    "PRICE_STEP": ["0", "-10", "0.001", "1e2", "٥"],
    "TIMEZONE": ["Algiers", "../etc", "Africa", "/"],
    "DEFAULT_LANGUAGE": ["de", "FR"],
    "DEFAULT_MARGIN_PERCENT": ["-1", "5%", "1000.01", "0.001", "NaN"],
    "DEFAULT_CREDIT_LIMIT": ["-1", "unlimited", "1e9"],
    "PROTECT_CARDS": ["maybe"],
    "LOG_FORMAT": ["xml"],
    "LOG_LEVEL": ["LOUD", "10"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in MALFORMED.items() for value in values]
)
def test_malformed(name: str, value: str) -> None:
    """A malformed setting is named in one sentence that says what to write."""
    others = PLUM_SETTINGS if name.startswith("PLUM_") else {}
    sentence = complaint(REQUIRED | others | {name: value})
    assert sentence.startswith(f"{name} is malformed: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_values_are_never_shown() -> None:
    """What was written is not repeated: a key may have been put in the wrong place."""
    wrong = {field.name: "hunter2 \x00" for field in every_field()}
    sentences = complaint(wrong).split("\n")
    assert len(sentences) == len(wrong)
    assert "hunter2" not in "".join(sentences)


def every_field() -> list[Field[object]]:
    return [value for value in vars(fields).values() if isinstance(value, Field)]


def test_every_field_is_refused_when_wrong() -> None:
    """No setting takes whatever is written."""
    assert {field.name for field in every_field()} == MALFORMED.keys()


def test_all_at_once() -> None:
    """Everything that is wrong is said at once, a line each, so that it is mended at once."""
    lines = complaint({"ADMIN_IDS": "x", "CURRENCY": "x", "ONECLICKDZ_ENVIRONMENT": "x"}).split(
        "\n"
    )
    assert sorted(line.split()[0] for line in lines) == [
        "ADMIN_IDS",
        "CARD_KEYS",
        "CURRENCY",
        "ONECLICKDZ_API_KEY",
        "ONECLICKDZ_ENVIRONMENT",
        "TELEGRAM_BOT_TOKEN",
    ]


def test_unknown_names() -> None:
    """A setting of a later version, or of another program, is no reason to refuse."""
    assert load(PLUM_COLOUR="x", HOME="/root") == load()


def test_environment_wins(tmp_path: Path) -> None:
    """The environment wins over a credential, a credential over .env; empty is absent."""
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "PRICE_STEP").write_text("20\n")
    (credentials / "TRACK_SECONDS").write_text("20\n")
    (tmp_path / ".env").write_text("PRICE_STEP=30\nTRACK_SECONDS=30\nCURRENCY=EUR\nLOG_LEVEL=error")
    found = load(
        tmp_path, CREDENTIALS_DIRECTORY=str(credentials), PRICE_STEP="10", LOG_LEVEL="", CURRENCY=""
    )
    assert found.price_step == Money.of(10, "EUR")
    assert found.track_every == timedelta(seconds=20)
    assert found.log_level == "ERROR"


def test_env_file(tmp_path: Path) -> None:
    """Comments, quotes, `export` and blank lines are read as people write them."""
    path = tmp_path / ".env"
    path.write_text(
        """\ufeff# comment
        export A=1

        B = two words # comment
        C="in # quotes"  # comment
        D='it"s'
        E=a#b
        F=
        G="open
        H=k1:AAA=,k2:BBB=
        """,
        encoding="utf-8",
    )
    assert read_env_file(path) == {
        "A": "1",
        "B": "two words",
        "C": "in # quotes",
        "D": 'it"s',
        "E": "a#b",
        "F": "",
        "G": '"open',
        "H": "k1:AAA=,k2:BBB=",
    }


def test_no_env_file(tmp_path: Path) -> None:
    """Without a .env the environment is all there is."""
    assert read_env_file(tmp_path / ".env") == {}


@pytest.mark.parametrize("line", ["hunter2", "=hunter2", "A B=hunter2", "1A=hunter2"])
def test_env_file_line(tmp_path: Path, line: str) -> None:
    """A line that is no setting is pointed at by its number, for it may hold a secret."""
    (tmp_path / ".env").write_text(f"CURRENCY=DZD\n{line}\n")
    assert complaint(REQUIRED, tmp_path) == "Line 2 of .env is not NAME=value: mend it."


def test_env_file_of_bytes(tmp_path: Path) -> None:
    """A file that is not text is refused in one sentence, without its bytes."""
    (tmp_path / ".env").write_bytes(b"\xff\xfehunter2")
    with pytest.raises(SettingsError, match=r"\.env cannot be read") as caught:
        settings.load(REQUIRED, tmp_path)
    assert caught.value.__suppress_context__


def test_example_documents_everything(tmp_path: Path) -> None:
    """`.env.example` names every setting and shows the true defaults."""
    example = (settings.ROOT / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(re.sub(r"^#(?=[A-Z_]+=)", "", example, flags=re.MULTILINE))
    assert read_env_file(tmp_path / ".env").keys() == {field.name for field in every_field()}
    assert load(tmp_path) == replace(load(), database=tmp_path / "wakil.db")


def test_example_sets_nothing_by_itself() -> None:
    """Copied as it is, `.env.example` overrides nothing that a service or an image has set."""
    example = read_env_file(settings.ROOT / ".env.example")
    assert {name for name, value in example.items() if value} == {"ONECLICKDZ_ENVIRONMENT"}


def test_choices() -> None:
    """Choices are understood in any case."""
    found = load(LOG_FORMAT="JSON", LOG_LEVEL="debug", PROTECT_CARDS="Yes")
    assert (found.log_format, found.log_level, found.protect_cards) == ("json", "DEBUG", True)
