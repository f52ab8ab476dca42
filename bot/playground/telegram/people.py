"""People and their groups: they write, tap, copy, block, and look at what the bot did."""

from urllib.parse import parse_qs, urlsplit

from bot.playground.telegram.formatting import plain
from bot.playground.telegram.model import Account, Answer, Chat, Message, Query
from bot.playground.telegram.press import Press
from bot.playground.telegram.screen import Screen
from bot.playground.telegram.transcript import Kind
from bot.playground.telegram.wire import membership_json, message_json, query_json
from bot.playground.telegram.world import BLOCKED, DEACTIVATED, World


class Person(Screen):
    """A person with a telephone; the screen is the private chat with the bot."""

    def __init__(self, world: World, account: Account) -> None:
        super().__init__(
            world,
            world.add_chat(Chat(account.id, title=account.first_name, members=(account,))),
        )
        self.account = account

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Return what the bot showed after presses, in the order of the presses; no empty ones."""
        return tuple(
            query.answer
            for query in self._world.queries.values()
            if query.sender == self.account and query.answer and query.answer.text
        )

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Return the commands and descriptions that the menu button shows here."""
        return self._world.profile.menu_in(self.chat, language=self.account.language_code)

    async def send(self, text: str, *, to: "Group | None" = None) -> Message:
        """Write to the bot, or to a group; a group's bot hears only what is meant for it.

        Writing to the bot for the first time opens the chat.

        Raises:
            ValueError: the person has blocked the bot, or is not of the group.
        """
        chat = to.chat if to else self.chat
        self._check(chat)
        chat.open = True
        said = plain(text)
        message = self._world.keep(
            Message(
                id=self._world.next_message_id(),
                chat_id=chat.id,
                sender=self.account,
                text=said.text,
                entities=said.entities,
                sent_at=self._world.now(),
                changed=0,
            ),
            Kind.SAID,
        )
        if chat.is_private or _is_for(self._world.bot, message):
            self._world.updates.put("message", message_json(message, chat))
        return message

    async def start(self, payload: str = "") -> Message:
        """Press Start, perhaps after following a link that carries `payload`."""
        return await self.send(f"/start {payload}".rstrip())

    async def open(self, url: str) -> Message:
        """Follow a `https://t.me/BOT?start=PAYLOAD` link and press Start.

        Raises:
            ValueError: the link leads elsewhere.
        """
        link = urlsplit(url)
        if (link.hostname, link.path) != ("t.me", f"/{self._world.bot.username}"):
            raise ValueError(f"{url} does not lead to this bot")
        (payload,) = parse_qs(link.query).get("start", [""])
        return await self.start(payload)

    async def tap(
        self, button: str, *, on: Message | None = None, to: "Group | None" = None, times: int = 1
    ) -> Press:
        """Tap the newest button that fits, or a button of the message `on` as it was read.

        `times` presses are what an app sends that repeats a press after each reconnect: every one
        is a new update with a new query.  `Screen.button` says what fits.

        Raises:
            NotSeen: no button fits.
            ValueError: the button copies a text or opens an address; it sends no press.
        """
        message, found = (to or self).button(button, on=on)
        if not found.data:
            raise ValueError(f"{found.label} sends no press")
        return self._press(message, found.data, shown=found.label, times=times)

    async def tap_raw(self, data: str, message: Message, *, times: int = 1) -> Press:
        """Send forged callback data for a message, as a tampered app can."""
        return self._press(message, data, shown=f"{data} (forged)", times=times)

    def copy(self, button: str, *, on: Message | None = None) -> str:
        """Tap a copy button; return what lands in the clipboard.  The bot learns nothing.

        Raises:
            NotSeen: no button fits.
            ValueError: the button copies nothing.
        """
        _, found = self.button(button, on=on)
        if not found.copies:
            raise ValueError(f"{found.label} copies nothing")
        self._world.record(Kind.COPIED, self.chat, who=self.account.first_name, text=found.label)
        return found.copies

    def block(self) -> None:
        """Block the bot, which learns of it by `my_chat_member`."""
        self._set_membership(("member", "kicked"), BLOCKED, Kind.BLOCKED)

    def unblock(self) -> None:
        """Let the bot write again; it learns of it."""
        self._set_membership(("kicked", "member"), "", Kind.UNBLOCKED)

    def deactivate(self) -> None:
        """Delete the account; the bot learns of it only when it writes."""
        self.chat.refusal = DEACTIVATED

    def _press(self, message: Message, data: str, *, shown: str, times: int) -> Press:
        chat = self._world.chat(message.chat_id)
        self._check(chat)
        self._world.record(
            Kind.TAPPED,
            chat,
            who=self.account.first_name,
            text=shown,
            times=times,
        )
        queries = tuple(self._query(message, data) for _ in range(times))
        for query in queries:
            self._world.updates.put("callback_query", query_json(query, chat))
        return Press(queries=queries, world=self._world)

    def _query(self, message: Message, data: str) -> Query:
        query = Query(
            id=self._world.next_serial(),
            sender=self.account,
            chat_id=message.chat_id,
            message_id=message.id,
            data=data,
            at_seconds=self._world.elapsed().total_seconds(),
        )
        self._world.queries[query.id] = query
        return query

    def _set_membership(self, change: tuple[str, str], refusal: str, kind: Kind) -> None:
        self.chat.refusal = refusal
        self._world.record(kind, self.chat, who=self.account.first_name)
        self._world.updates.put(
            "my_chat_member",
            membership_json(
                self.chat, self._world.bot, by=self.account, change=change, at=self._world.now()
            ),
        )

    def _check(self, chat: Chat) -> None:
        if self.account not in chat.members:
            raise ValueError(f"{self.account.first_name} is not in {chat.title}")
        if chat.refusal:
            raise ValueError(f"{self.account.first_name} cannot write: {chat.refusal}")


class Group(Screen):
    """A group with the bot in it; members speak by `person.send(..., to=group)`."""

    def __init__(self, world: World, chat: Chat) -> None:
        super().__init__(world, world.add_chat(chat))
        chat.open = True
        world.updates.put(
            "my_chat_member",
            membership_json(
                chat, world.bot, by=chat.members[0], change=("left", "member"), at=world.now()
            ),
        )


def _is_for(bot: Account, message: Message) -> bool:
    """Tell whether a bot in privacy mode hears a message: commands and mentions alone."""
    commands = [e.of(message.text) for e in message.entities if e.kind == "bot_command"]
    addressed = [command for command in commands if "@" in command]
    mine = f"@{bot.username}"
    if addressed:
        return any(command.endswith(mine) for command in addressed)
    return bool(commands) or mine in message.text
