"""What a mail says and quotes, whose subject it has, and what the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from complaints.policies import letters as policies
from portal.mail import parsing
from tests.factories.complaints import (
    NOW,
    CaseLetterFactory,
    CaseMailboxFactory,
    CaseReplyFactory,
    ComplaintFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize(
    "broken",
    [
        lambda: CaseMailboxFactory(store=None),
        lambda: CaseLetterFactory(landed_by="HAND"),
        lambda: CaseLetterFactory(
            complaint=ComplaintFactory(), landed_by="HAND", landed_at=NOW, set_aside_at=NOW
        ),
        lambda: [CaseReplyFactory(message_id="<x>"), CaseReplyFactory(message_id="<x>")],
    ],
)
def test_the_database_refuses_what_must_not_be(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


@pytest.mark.parametrize(
    ("text", "said", "quoted"),
    [
        ("好的\n\n> 您好", "好的", "> 您好"),
        ("好\n张三于2026年写道：\n您好", "好", "张三于2026年写道：\n您好"),
        ("> 只有引文", "> 只有引文", ""),
        ("一句话", "一句话", ""),
    ],
)
def test_what_a_mail_quotes_is_parted_from_what_it_says(text, said, quoted):
    assert policies.parted(text) == (said, quoted)


@pytest.mark.parametrize("subject", ["Re: 灯", "回复：Re: 灯 [C20261102-0001 0123456789ab]", "灯"])
def test_a_reply_has_one_re_and_no_token_of_ours(subject):
    assert policies.reply_subject(subject) == "Re: 灯"


def test_a_report_names_the_mail_that_came_back_and_a_plus_the_case():
    raw = (
        b"To: Shop <service+c20261102-0001-0123456789ab@x.example>\n"
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: text/plain\n\nno\n'
        b"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <case.0a@kefu>\n\n--b--\n"
    )
    parsed = parsing.parse(raw)
    assert parsed.references == ("<case.0a@kefu>",)
    assert parsed.tags == ("c20261102-0001-0123456789ab",)
