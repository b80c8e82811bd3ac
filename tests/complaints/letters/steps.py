"""Mails that come and go in the tests of letters."""

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import CaseLetter
from complaints.services import attachments
from complaints.services import letters as services
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from complaints.services.letters import Reply
from portal import submissions
from tests.factories.complaints import NOW
from tests.factories.portal import IncomingMailFactory


def facts_of(store):
    buyer = Buyer(name="张三", platform="TMALL")
    return CaseFacts(buyer=buyer, store_id=store.pk, channel="MAIL", description="灯坏了。")


def arrives(box, **fields):
    made = IncomingMailFactory(
        mailbox=box.mailbox,
        **{"subject": "灯坏了", "body": "第二天就不亮了。\n", "sender_hash": "h", **fields},
    )
    services.take(made, NOW)
    return CaseLetter.objects.filter(mail=made).first()


def written(case, box, scene, **fields):
    reply = Reply(
        **{"receiver": "zhang@example.com", "subject": "Re: 灯坏了", "text": "马上换。", **fields}
    )
    return services.send(
        actor=scene.agent, complaint=case, box=box, reply=reply,
        form_key=submissions.new_key(), now=NOW,
    )  # fmt: skip


def attached(case, scene, name, content):
    checked = attachments.check(SimpleUploadedFile(name, content), name=name)
    return attachments.attach(actor=scene.agent, complaint_id=case.pk, checked=checked, now=NOW)
