"""Group robots of DingTalk, WeCom and Feishu, through apprise."""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import requests
from apprise.common import NotifyFormat, NotifyType
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from django.conf import settings

from portal.enums import RobotKind
from portal.models import Robot


class SignedDingTalk(NotifyDingTalk):  # type: ignore[no-untyped-call]  # apprise is untyped
    """DingTalk with a signature that is quoted once; the library's own is quoted twice."""

    def get_signature(self) -> tuple[str, str]:
        timestamp, signature = super().get_signature()  # type: ignore[no-untyped-call]  # the same
        return timestamp, unquote(signature)


class SignedFeishu(NotifyFeishu):  # type: ignore[no-untyped-call]  # the same
    """Feishu, with the signature of a robot that asks for one: `feishu://secret@token`."""

    def __init__(self, token: str, secret: str | None = None, **values: Any) -> None:  # noqa: ANN401 -- apprise's own
        super().__init__(token, **values)  # type: ignore[no-untyped-call]  # the same
        self.secret = secret

    @staticmethod
    def parse_url(url: str) -> dict[str, Any]:  # type: ignore[override]  # as narrow as Feishu's
        values: dict[str, Any] = NotifyFeishu.parse_url(url)  # type: ignore[no-untyped-call]  # the same
        if values and (secret := values.pop("user", None)):
            values["secret"] = unquote(secret)
        return values

    def send(
        self,
        body: str,
        title: str = "",
        notify_type: NotifyType = NotifyType.INFO,
        body_format: NotifyFormat | None = None,
        **values: Any,  # noqa: ANN401 -- apprise's own
    ) -> bool:
        if self.secret is None:
            return bool(super().send(body, title, notify_type, body_format, **values))
        stamp = str(int(time.time()))
        message: dict[str, Any] = {
            "timestamp": stamp,
            "sign": feishu_signature(self.secret, stamp),
            "msg_type": "text",
            "content": {"text": f"{title}\r\n{body}" if title else body},
        }
        try:
            answer = requests.post(
                self.notify_url.format(token=self.token),
                json=message,
                timeout=self.request_timeout,
                allow_redirects=False,
            )
            return answer.ok and answer.json().get("code") == 0
        except (requests.RequestException, ValueError, AttributeError):
            return False


def feishu_signature(secret: str, stamp: str) -> str:
    """Return what Feishu wants beside a message: of nothing, keyed by seconds and secret."""
    key = f"{stamp}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()


SCHEMES = {
    RobotKind.DINGTALK: "dingtalk",
    RobotKind.WECOM: "wecombot",
    RobotKind.FEISHU: "feishu",
    RobotKind.JSON: "json",
}
# The classes by name: asking apprise to look through all its services takes seconds.
PLUGINS: dict[RobotKind, Any] = {
    RobotKind.DINGTALK: SignedDingTalk,
    RobotKind.WECOM: NotifyWeComBot,
    RobotKind.FEISHU: SignedFeishu,
    RobotKind.JSON: NotifyJSON,
}


@dataclass(frozen=True)
class Manners:
    """What a chat bears: messages in one post, bytes of its text, and the pause after it."""

    most: int
    size: int
    pause: timedelta


# DingTalk and WeCom take 20 posts a minute from a robot, Feishu 100. The sizes stay below half of
# what the vendors allow, because Chinese letters double when they are escaped; WeCom counts 2048.
MANNERS = {
    RobotKind.DINGTALK: Manners(most=40, size=9000, pause=timedelta(seconds=3)),
    RobotKind.WECOM: Manners(most=8, size=2000, pause=timedelta(seconds=3)),
    RobotKind.FEISHU: Manners(most=40, size=9000, pause=timedelta(seconds=1)),
    RobotKind.JSON: Manners(most=40, size=9000, pause=timedelta(0)),
}
TIMEOUT = 4  # seconds to connect and to read: both together stay below the lease


def use_bases() -> None:
    """Point the plugins at the addresses of the settings, where there are any."""
    bases = settings.ROBOT_BASES
    if base := bases.get("dingtalk"):
        SignedDingTalk.notify_url = f"{base}/robot/send?access_token={{token}}"
    if base := bases.get("wecombot"):
        NotifyWeComBot.notify_url = f"{base}/cgi-bin/webhook/send?key={{key}}"
    if base := bases.get("feishu"):
        SignedFeishu.notify_url = f"{base}/open-apis/bot/v2/hook/{{token}}/"


def _plugin(kind: str, address: str) -> NotifyBase | None:
    scheme = SCHEMES[RobotKind(kind)]
    if not address.startswith((f"{scheme}://", f"{scheme}s://")):
        return None
    plugin = PLUGINS[RobotKind(kind)]
    joint = "&" if "?" in address else "?"
    values = plugin.parse_url(f"{address}{joint}cto={TIMEOUT}&rto={TIMEOUT}&overflow=truncate")
    try:
        return plugin(**values) if values else None
    except TypeError:  # what apprise raises for a token that is none
        return None


def is_address(kind: str, address: str) -> bool:
    """Tell whether an address is one of this kind; `wecom://` is another service's name."""
    return _plugin(kind, address) is not None


def send(robot: Robot, *, title: str, body: str) -> bool:
    """Post a message to a robot; False when it did not take it. Blocks for at most 8 seconds."""
    plugin = _plugin(robot.kind, robot.address)
    if plugin is None:
        return False
    plugin.request_rate_per_sec = 0
    return bool(plugin.notify(title=title, body=body))
