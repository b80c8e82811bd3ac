"""Tokens of other systems and a webhook, as a department that is connected has them."""

from datetime import datetime, timedelta

from portal import tokens
from portal.enums import ApiScope
from portal.models import ApiToken, User, Webhook
from portal.webhooks import new_secret

ORDERS = (ApiScope.ORDERS, ApiScope.ORDERS_WRITE)
FIGURES = (ApiScope.COMPLAINTS, ApiScope.FOLLOWUPS, ApiScope.FEEDBACK, ApiScope.MEASURES)


def fill(*, now: datetime) -> None:
    """Make them with secrets that nobody knows; the webhook is switched off and posts nothing."""
    users = {user.username: user for user in User.objects.filter(username__in=("D001", "S001"))}
    for name, number, scopes, days, used in (
        ("ERP 订单同步", "D001", ORDERS, 90, timedelta(minutes=4)),
        ("数据看板", "S001", FIGURES, 180, timedelta(hours=9)),
        ("旧的数据看板", "S001", FIGURES[:1], 30, timedelta(days=33)),
    ):
        made_at = now - timedelta(days=max(20, used.days + 1))
        _secret, token = tokens.make(
            user=users[number], name=name, scopes=scopes,
            expires_at=made_at + timedelta(days=days), now=made_at,
        )  # fmt: skip
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now - used)
    Webhook.objects.create(
        user=users["S001"],
        name="ERP",
        address="https://erp.example.com/hooks/kefu",
        secret=new_secret(),
        events=["complaint.registered", "proposal.agreed", "followup.done"],
        is_active=False,
        created_at=now,
    )
