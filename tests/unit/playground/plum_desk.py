"""A Plum double, its clock, and a plain HTTP client with the demo's access token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from bot.playground.plum import (
    DEMO_ACCESS_TOKEN,
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REFRESH_TOKEN,
    Plum,
)
from bot.providers.http import tls
from tests.unit.playground.clock import Clock

API = "/v1/oauth/api"
REFRESH = "/v1/oauth/token/user"
VALIDATE = "/v1/oauth/token"


@dataclass
class Desk:
    """What a test holds in its hands."""

    provider: Plum
    http: httpx.AsyncClient
    clock: Clock

    async def ask(self, operation: str, **data: object) -> httpx.Response:
        """Ask for an operation, as the reference says."""
        kind = "query" if operation == "getBalance" else "mutation"
        envelope = "data" if operation == "paymentHistory" else "variables"
        query = f"plumProAPI.{kind}.{operation}"
        body = {"query": query, "tag": "plumProAPI", envelope: {"data": data}}
        return await self.http.post(API, json=body)

    async def get(self, operation: str, **data: object) -> Any:  # noqa: ANN401 # JSON
        """The inner data of a successful answer."""
        response = await self.ask(operation, **data)
        assert response.status_code == 200, response.text
        ((_, answer),) = response.json(parse_float=Decimal)["data"].items()
        assert answer["status"] == 1
        return answer["data"]

    async def place(self, name: str = "PSN", value: float = 20, **more: object) -> httpx.Response:
        """Ask for an order of a product, by its name."""
        return await self.ask("placeOrder", **self.order(name, value, **more))

    async def placed(self, name: str = "PSN", value: float = 20, **more: object) -> Any:  # noqa: ANN401 # JSON
        """Place an order that is accepted."""
        return await self.get("placeOrder", **self.order(name, value, **more))

    def order(self, name: str, value: float, **more: object) -> dict[str, object]:
        """What placeOrder takes; the reference is new unless it is given."""
        return {
            "productId": self.provider.catalog.product(name).id,
            "quantity": 1,
            "denomination": value,
            "poNumber": f"PO{len(self.provider.calls)}",
            "notifyReceiverEmail": 0,
            **more,
        }

    async def refresh(self, token: str = DEMO_REFRESH_TOKEN, **more: str) -> httpx.Response:
        """Ask for a new pair of tokens."""
        body = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": DEMO_CLIENT_ID,
            "client_secret": DEMO_CLIENT_SECRET,
        }
        return await self.http.post(REFRESH, json={**body, **more})

    async def says(self, token: str) -> int:
        """The status that an access token gets."""
        bearer = {"Authorization": f"Bearer {token}"}
        return (await self.http.get(VALIDATE, headers=bearer)).status_code


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    """Open a provider at noon."""
    clock = Clock()
    provider = Plum(clock=clock)
    headers = {"Authorization": f"Bearer {DEMO_ACCESS_TOKEN}"}
    async with (
        provider.serve() as address,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=5, verify=tls()) as http,
    ):
        yield Desk(provider, http, clock)
