"""A mailbox for complaints with a conversation of a case, mails that wait, and one set aside.

The mailbox is not read: its server does not exist.
"""

from datetime import datetime, timedelta

from complaints.models import CaseLetter, CaseMailbox, CaseReply, Complaint, Order
from complaints.services import letters
from portal.enums import AutomaticReason, MailPurpose
from portal.mail.policies import mask_address
from portal.mail.reading import sender_hash
from portal.models import IncomingMail, Mailbox

FROM = "shop@mail.example"
SENDERS = (("林晓", "linxiao@mail.example"), ("Anna Berg", "anna.berg@mail.example"))


def fill(*, now: datetime) -> None:
    """Put the mails around an open case of the first store."""
    cases = Complaint.objects.at_work().exclude(owner=None).exclude(answer_by=None)
    case = cases.select_related("store", "owner").order_by("store_id", "-registered_at").first()
    if case is None or case.owner is None:
        return
    mailbox = Mailbox.objects.create(
        name=f"{case.store.name}投诉邮箱", purpose=MailPurpose.CASES, host="imap.mail.example",
        username=FROM, is_active=False,
    )  # fmt: skip
    box = CaseMailbox.objects.create(
        mailbox=mailbox, store=case.store, address=FROM, takes_tags=True,
        signature=f"{case.store.name} 客户服务",
    )  # fmt: skip
    name, address = SENDERS[0]
    reply = CaseReply.objects.create(
        complaint=case, box=box, author=case.owner, written_at=now - timedelta(minutes=50),
        receiver=address, receiver_masked=mask_address(address), subject=f"您的投诉 {case.number}",
        text="您好，您反映的问题已收到。方便拍一张商品和外包装的照片发给我们吗？",
        message_id="<case.sample@kefu>",
    )  # fmt: skip
    order = Order.objects.filter(store=case.store).order_by("-pk").first()
    number = order.number if order else ""
    photos = "照片已拍好，外箱没有破，里面碎了两只。\n\n> 您好，您反映的问题已收到。"
    lid = "Hello,\nthe teapot I received has a crack in its lid. Could you send a new one?\n\nAnna"
    said = (
        (0, f"Re: {reply.subject}", photos, reply.message_id, "", 35),
        (0, "还想问一下", f"另外一单 {number} 什么时候发货？已经等了一周了。", "", "", 30),
        (1, "Broken teapot", lid, "", "", 20),
        (1, "Out of office", "I am away until Monday.", "", AutomaticReason.SUBJECT, 10),
    )
    for place, (who, subject, body, answers, automatic, minutes) in enumerate(said):
        name, address = SENDERS[who]
        at = now - timedelta(minutes=minutes)
        mail = IncomingMail.objects.create(
            mailbox=mailbox, identity=f"sample-{place}", uid=place + 1, subject=subject, body=body,
            message_id=f"<sample-{place}@mail.example>", in_reply_to=answers, sender=address,
            sender_name=name, sender_hash=sender_hash(address), sent_at=at, received_at=at,
            sender_masked=mask_address(address), size=len(body), automatic=automatic,
        )  # fmt: skip
        letters.take(mail, at)
    if CaseLetter.objects.filter(complaint=case).count() != 1:
        raise ValueError("the answer of the sample did not find its case")
