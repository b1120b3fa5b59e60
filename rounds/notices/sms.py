"""Hands text messages to the clinic's gateway."""

import json
from collections.abc import Sequence

from rounds.kernel.config import Settings
from rounds.notices.credentials import read_secret
from rounds.notices.gateway import judge, post
from rounds.notices.parcel import Parcel


class Sms:
    """Posts `{to, text, reference}`; what the gateway does with it is its own protocol's."""

    def __init__(self, settings: Settings) -> None:
        """Post to the gateway of `settings`."""
        self._settings = settings

    async def send(self, parcel: Parcel) -> Sequence[str]:
        """Hand the message over. Raises Undelivered."""
        sent = {"to": parcel.to, "text": parcel.text.short, "reference": parcel.id}
        headers = {"Content-Type": "application/json"}
        token = read_secret(self._settings.sms_token_file)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = json.dumps(sent, ensure_ascii=False).encode()
        judge(await post(self._settings.sms_url, body, headers))
        return ()
