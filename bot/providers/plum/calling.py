"""Calls to Plum: each in its turn, with a token that is let in; no answer keeps a secret."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

from bot.ports.provider import Priority
from bot.providers.budget import PATIENCE
from bot.providers.http import Http, NoReply, Reply
from bot.providers.masking import without_secrets
from bot.providers.plum.budgets import Budgets
from bot.providers.plum.envelope import Shape, open_envelope
from bot.providers.plum.operations import PATH, TOKEN_PATH, Operation, request_body
from bot.providers.plum.placing import AFTER_TOO_MANY
from bot.providers.plum.reading import Read, open_read
from bot.providers.plum.refreshing import TokensLost
from bot.providers.plum.refusals import closes, rejects_token
from bot.providers.plum.tokens import Tokens

OTHER_TOKENS: Final = 2
"""What a rejected read is sent again with: a renewed token, and the one before a renewal.

A process that started after a renewal tries the older of them first: it cannot know whether the
newer one was ever let in.
"""

Send = Callable[[Mapping[str, str]], Awaitable[Reply | NoReply]]
"""Sends a request with these headers."""


class Calling:
    """Makes the calls of one account; a rejection that no token mends freezes all of them."""

    def __init__(self, http: Http, tokens: Tokens, budgets: Budgets) -> None:
        self._http = http
        self._tokens = tokens
        self._budgets = budgets

    async def read(
        self,
        operation: Operation,
        data: Mapping[str, object],
        *,
        priority: Priority,
        patience: timedelta = PATIENCE,
    ) -> Read:
        """Read once, and once more when the connection broke: silence is not asked again."""
        body = request_body(operation, data)

        async def send(headers: Mapping[str, str]) -> Reply | NoReply:
            return await self._http.post(PATH, body, headers=headers)

        answer = await self._read(operation, send, priority, patience)
        return open_read(answer, operation)

    async def validate(self) -> Reply | NoReply:
        """Ask what the token is."""

        async def send(headers: Mapping[str, str]) -> Reply | NoReply:
            return await self._http.get(TOKEN_PATH, {}, headers=headers)

        return await self._read(Operation.VALIDATE, send, Priority.CHECKING, PATIENCE)

    async def place(self, body: bytes) -> tuple[Reply | NoReply, str]:
        """Send an order once, on a connection of its own; gives the token that went with it."""
        await self._budgets.turn(Operation.PLACE, Priority.PLACING)
        token = await self._access()
        answer = await self._http.post_alone(PATH, body, headers=_bearer(token))
        return self._heed(Operation.PLACE, answer, token), token

    def freeze(self) -> None:
        """Let no call leave until somebody has looked."""
        self._budgets.freeze()

    async def renew(self, token: str) -> None:
        """Let the next call go with another token than this one."""
        try:
            await self._tokens.renew(token)
        except TokensLost:
            self._budgets.freeze()
            raise

    async def _read(
        self, operation: Operation, send: Send, priority: Priority, patience: timedelta
    ) -> Reply | NoReply:
        """Send with a token that is let in; when no token of ours is, freeze."""
        answer, token = await self._send(operation, send, priority, patience)
        for _ in range(OTHER_TOKENS):
            if not self._is_rejected(operation, answer):
                return answer
            await self.renew(token)
            answer, token = await self._send(operation, send, priority, patience)
        if self._is_rejected(operation, answer):
            self._budgets.freeze()
        return answer

    async def _send(
        self, operation: Operation, send: Send, priority: Priority, patience: timedelta
    ) -> tuple[Reply | NoReply, str]:
        await self._budgets.turn(operation, priority, patience=patience)
        token = await self._access()
        answer = await send(_bearer(token))
        if isinstance(answer, NoReply) and not answer.timed_out:
            await self._budgets.turn(operation, priority, patience=patience)
            answer = await send(_bearer(token))
        return self._heed(operation, answer, token), token

    async def _access(self) -> str:
        try:
            return await self._tokens.access()
        except TokensLost:
            self._budgets.freeze()
            raise

    def _is_rejected(self, operation: Operation, answer: Reply | NoReply) -> bool:
        if isinstance(answer, NoReply):
            return False
        return rejects_token(answer.status, open_envelope(answer.body, operation))

    def _heed(self, operation: Operation, answer: Reply | NoReply, token: str) -> Reply | NoReply:
        """Stop what an answer says would be in vain; gives the answer without its secrets."""
        answer = without_secrets(answer, self._tokens.secrets)
        if isinstance(answer, NoReply):
            return answer
        envelope = open_envelope(answer.body, operation)
        if closes(answer.status, envelope):
            self._budgets.freeze()
        elif envelope and envelope.shape is Shape.LIMIT:
            self._budgets.halt(operation, envelope.penalty or AFTER_TOO_MANY)
        elif envelope and not rejects_token(answer.status, envelope):
            self._tokens.note_worked(token)
        return answer


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
