"""The bot's menus of commands and its texts, per scope and language."""

from dataclasses import dataclass, field

from bot.playground.telegram.model import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuKey:
    """Where a menu of commands stands: a scope, perhaps with its chat, and a language or none."""

    scope: str
    chat_id: int = 0
    language: str = ""


@dataclass(slots=True, kw_only=True)
class Profile:
    """The bot's menus and texts, per language; the empty language is everyone's."""

    menus: dict[MenuKey, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def menu_in(self, chat: Chat, *, language: str) -> tuple[tuple[str, str], ...]:
        """Return the menu a person with this language sees: the most particular one wins.

        The order is the Bot API's (BotCommandScope, "Determining list of commands").
        """
        places = [("chat", chat.id)]
        places.append(("all_private_chats" if chat.is_private else "all_group_chats", 0))
        places.append(("default", 0))
        for scope, chat_id in places:
            for tongue in (language, ""):
                menu = self.menus.get(MenuKey(scope=scope, chat_id=chat_id, language=tongue))
                if menu:
                    return menu
        return ()

    def text_in(self, kind: str, *, language: str) -> str:
        """Return the `name`, `description` or `short_description` a person reads."""
        return self.texts.get((kind, language)) or self.texts.get((kind, ""), "")
