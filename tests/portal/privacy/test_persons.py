"""Who is one person, who is not, what is given out, and what comes back from a backup (§10)."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from complaints.models import Attachment, Complaint, Customer, FormerContact, Note
from complaints.services import cases, customers
from complaints.services.customers import Buyer
from feedback.models import Item
from portal import sealing, ticking
from portal.enums import ErasureReason
from portal.mail.policies import mask_address
from portal.mail.reading import sender_hash
from portal.models import AuditEntry, ErasedKey, Erasure, Heartbeat, IncomingMail
from portal.privacy import erasing, exporting, log, persons, retaining
from portal.privacy.erasing import Wish
from portal.privacy.masking import MARK
from portal.privacy.values import Subject
from staff.rulebook.models import Policy
from tests.factories.complaints import (
    AttachmentFactory,
    CaseLetterFactory,
    CaseReplyFactory,
    ComplaintFactory,
    CustomerFactory,
    FollowUpFactory,
    FormerContactFactory,
    NoteFactory,
    OrderFactory,
)
from tests.factories.feedback import ItemFactory, LetterFactory
from tests.factories.portal import IncomingMailFactory
from tests.factories.staff import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LONG_AGO = datetime(2022, 5, 1, tzinfo=UTC)
NAME, PHONE = "欧阳霏霏", "13877665544"


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path


def her(**more):
    return CustomerFactory(name=NAME, phone=PHONE, **{"created_at": LONG_AGO, **more})


def closed(customer, **more):
    return ComplaintFactory(
        customer=customer, stage="SATISFIED", **{"closed_at": LONG_AGO, "changed_at": LONG_AGO,
        "registered_at": LONG_AGO, **more},
    )  # fmt: skip


def erase(customer, **more):
    subject = persons.the_one(f"customer:{customer.pk}")
    return erasing.erase(Wish(subject=subject, actor=None, **more), now=NOW)


def wrote(address, **item):
    """A mail of an address that became an item."""
    mail = IncomingMailFactory(
        sender=address, sender_hash=sender_hash(address), body="灯坏了", message_id="<1@x>"
    )
    made = ItemFactory(source="MAIL", **{"text": f"灯坏了 {address}", **item})
    LetterFactory(item=made, mail=mail)
    return made


@pytest.mark.parametrize(
    "said", [NAME, f" {NAME} ", "138 7766 5544", "+8613877665544", "TB1", "customer:{pk}"]
)
def test_a_customer_is_found_by_name_phone_order_and_key(said):
    customer = her()
    OrderFactory(number="TB1", customer=customer)
    found = persons.the_one(said.format(pk=customer.pk))
    assert found.of("customer") == {str(customer.pk)}


@pytest.mark.parametrize(
    "said", ["", "没有", "customer:999999", "customer:x", "item:٣", "\x00", "9" * 40]
)
def test_nobody_is_found_by_what_nobody_has(said):
    her()
    with pytest.raises(persons.NobodyFound):
        persons.the_one(said)


def test_two_of_one_name_are_told_apart_and_the_same_phone_is_one():
    first, second = her(), CustomerFactory(name=NAME, phone="13900000001")
    with pytest.raises(persons.SeveralFound) as several:
        persons.the_one(NAME)
    assert [hit.key for hit in several.value.found] == [str(first.pk), str(second.pk)]
    third = CustomerFactory(name="霏霏二号", platform="JD", phone="138-7766-5544")
    assert persons.the_one(PHONE).of("customer") == {str(first.pk), str(third.pk)}


def test_somebody_who_only_wrote_mails_is_found_and_erased():
    item = wrote("feifei@mail.example")
    found = persons.the_one("FeiFei@mail.example")
    assert found.of("sender") == {sender_hash("feifei@mail.example")}
    erasing.erase(Wish(subject=found, actor=None), now=NOW)
    item.refresh_from_db()
    mail = IncomingMail.objects.get()
    assert (item.text, mail.sender, mail.body, mail.message_id, mail.sender_hash) == (
        MARK, MARK, MARK, "", "",
    )  # fmt: skip
    with pytest.raises(persons.NobodyFound):
        persons.the_one("feifei@mail.example")


def test_an_address_of_one_customer_is_theirs_and_one_of_many_is_nobodys():
    customer, other = her(), CustomerFactory()
    own = wrote("feifei@mail.example", customer=customer)
    later = wrote("feifei@mail.example")
    robot = wrote("service@platform.example", customer=customer)
    others = wrote("service@platform.example", customer=other)
    erase(customer)
    texts = dict(Item.objects.values_list("pk", "text"))
    assert [texts[row.pk] for row in (own, later, robot)] == [MARK, MARK, MARK]
    assert texts[others.pk] == "灯坏了 service@platform.example"


def landed(case, address, **mail):
    """A mail of an address in the mailbox for complaints that is in a case."""
    got = IncomingMailFactory(sender=address, sender_hash=sender_hash(address), **mail)
    CaseLetterFactory(mail=got, complaint=case, landed_at=NOW, landed_by="THREAD")
    return got


def test_an_address_that_wrote_feedback_for_others_is_nobodys_in_complaints_either():
    """A platform's own address: one case of hers, and what others said."""
    customer, other = her(), CustomerFactory()
    hers = landed(closed(customer), "service@platform.example", body="灯坏了")
    others = wrote("service@platform.example", customer=other)
    erase(customer)
    others.refresh_from_db()
    assert others.text == "灯坏了 service@platform.example"
    bodies = dict(IncomingMail.objects.values_list("pk", "body"))
    assert (bodies[hers.pk], bodies[others.letters.get().mail_id]) == (MARK, "灯坏了")


def test_a_mail_server_that_sent_something_back_is_nobody():
    customer = her()
    back = landed(closed(customer), "mailer-daemon@mx.example", automatic="BOUNCE", body="no")
    other = IncomingMailFactory(
        sender="mailer-daemon@mx.example", sender_hash=back.sender_hash, body="other"
    )
    assert persons.the_one(NAME).of("sender") == frozenset()
    erase(customer)
    assert dict(IncomingMail.objects.values_list("pk", "body")) == {
        back.pk: MARK, other.pk: "other",
    }  # fmt: skip


def test_an_address_that_only_her_cases_were_answered_at_is_hers():
    customer, other = her(), CustomerFactory()
    hers, shared = "feifei@mail.example", "service@platform.example"
    for one, receiver in ((customer, hers), (customer, shared), (other, shared)):
        CaseReplyFactory(
            complaint=closed(one), receiver=receiver, receiver_masked=mask_address(receiver)
        )
    for address in (hers, shared):
        IncomingMailFactory(sender=address, sender_hash=sender_hash(address), body="您好")
    erase(customer)
    assert list(IncomingMail.objects.order_by("pk").values_list("sender", "body")) == [
        (MARK, MARK), (shared, "您好"),
    ]  # fmt: skip


EARLIER = ("13911112222", "江苏省南京市玄武区珠江路9号", "霏凡贸易有限公司")
MEANT = "打139 1111 2222，寄到珠江路9号，开霏凡贸易有限公司的发票"


def moved_by_hand(customer):
    buyer = Buyer(
        name=NAME, platform=customer.platform, phone=PHONE, company="新公司", address="扬州路1号"
    )
    customers.put_customer(buyer, actor=None, now=NOW, known=customer)


def moved_by_import(customer):
    order = OrderFactory(customer=customer, bought_at=LONG_AGO)
    text = (
        "order,store,customer,phone,address,bought_at\n"
        f"{order.number},{order.store.name},{NAME},{PHONE},扬州路1号,2026-11-01 10:00\n"
    )
    path = Path(settings.VAR_DIR) / "orders.csv"
    path.write_text(text, encoding="utf-8")
    call_command("import", "orders", str(path), stdout=StringIO())
    Customer.objects.filter(pk=customer.pk).update(company="")
    FormerContactFactory(customer=customer, kind="COMPANY", value=EARLIER[2])


@pytest.mark.parametrize("move", [moved_by_hand, moved_by_import])
def test_what_somebody_was_reached_by_before_is_erased_too(move):
    phone, address, company = EARLIER
    customer = CustomerFactory(
        name=NAME, phone=phone, address=address, company=company, created_at=LONG_AGO
    )
    promise = FollowUpFactory(complaint=closed(customer), purpose=MEANT)
    note = NoteFactory(text=MEANT)
    if move is moved_by_import:
        Customer.objects.filter(pk=customer.pk).update(phone_hash="")
    move(customer)
    customer.refresh_from_db()
    assert (customer.phone, customer.address) == (PHONE, "扬州路1号")
    erase(customer, even_open=True)
    for row, field in ((promise, "purpose"), (note, "text")):
        row.refresh_from_db()
        assert getattr(row, field) == f"打{MARK}，寄到{MARK}，开{MARK}的发票"
    assert not FormerContact.objects.exists()


def test_a_former_phone_that_is_somebody_elses_by_now_stays():
    """A number that was mistyped, or that was given to somebody else."""
    customer, other = her(), CustomerFactory(phone="13911112222")
    FormerContactFactory(customer=customer, kind="PHONE", value="13911112222")
    note = NoteFactory(complaint=closed(other), text="打13911112222")
    erase(customer)
    note.refresh_from_db()
    assert note.text == "打13911112222"


def test_a_former_contact_says_something():
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerContactFactory(value="")


def test_the_rows_of_somebody_else_of_the_name_stay_and_nobody_elses_text_keeps_it():
    customer, same = her(), CustomerFactory(name=NAME, phone="13900000001")
    theirs = ComplaintFactory(customer=same, description=f"我是{NAME}")
    between = ComplaintFactory(description=f"{NAME}和{PHONE}说过")
    erase(customer)
    assert Complaint.objects.get(pk=theirs.pk).description == f"我是{NAME}"
    assert Complaint.objects.get(pk=between.pk).description == f"{MARK}和{MARK}说过"


@pytest.mark.parametrize("name", ["匿名买家", "王组长", "客户"])
def test_a_name_that_means_others_too_is_masked_in_own_rows_only(name):
    PersonFactory(name="王组长")
    customer = CustomerFactory(name=name)
    own = NoteFactory(complaint=closed(customer), text=f"{name}来电")
    elsewhere = NoteFactory(text=f"{name}来电")
    erase(customer)
    assert dict(Note.objects.values_list("pk", "text")) == {
        own.pk: MARK, elsewhere.pk: f"{name}来电",
    }  # fmt: skip


def test_what_is_still_open_refuses_unless_it_is_said():
    customer = her()
    case = ComplaintFactory(customer=customer, due_at=NOW)
    promise = FollowUpFactory(complaint=case)
    subject = persons.the_one(NAME)
    with pytest.raises(erasing.StillOpen) as still:
        erasing.erase(Wish(subject=subject, actor=None), now=NOW)
    assert len(still.value.why) == 2
    assert case.number in still.value.why[0]
    assert promise.number in still.value.why[1]
    assert (Customer.objects.get(pk=customer.pk).name, Erasure.objects.count()) == (NAME, 0)
    done = erasing.erase(Wish(subject=subject, actor=None, even_open=True), now=NOW)
    assert done.erasure.even_open


def test_a_dry_run_tells_the_same_and_changes_nothing(django_capture_on_commit_callbacks):
    customer = her()
    attached = AttachmentFactory(complaint=closed(customer))
    attached.file.save("x.bin", ContentFile(b"x"))
    wish = Wish(subject=persons.the_one(NAME), actor=None)
    with django_capture_on_commit_callbacks(execute=True):
        told = erasing.try_out(wish, now=NOW)
    assert (Customer.objects.get().name, Erasure.objects.count()) == (NAME, 0)
    assert attached.file.storage.exists(attached.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        done = erasing.erase(wish, now=NOW)
    assert done.counts == told.counts == {
        "complaints.attachment": 1, "complaints.complaint": 1, "complaints.customer": 1,
    }  # fmt: skip
    assert not attached.file.storage.exists(attached.file.name)
    assert not Attachment.objects.exists()


def test_erased_twice_is_no_harm_and_the_erased_is_recognised_by_nobody():
    customer = her()
    case = closed(customer)
    erase(customer)
    before = Customer.objects.values().get()
    erase(customer)
    assert Customer.objects.values().get() == before
    assert (before["name"], before["phone"], before["phone_hash"]) == (
        f"{MARK}{customer.pk}",
        "",
        "",
    )
    assert Complaint.objects.get().customer_id == customer.pk
    assert cases.words_of(Complaint.objects.get(pk=case.pk)) == Complaint.objects.get().words


def test_the_reference_of_a_request_may_name_nobody():
    customer = her()
    erase(customer, reference=f"{NAME} 17")
    assert Erasure.objects.get().reference == f"{MARK} 17"


def test_everything_is_given_out_in_one_file():
    customer = her(address="江苏省扬州市月亮弯路18号")
    case = closed(customer, description="杯子破了")
    attached = AttachmentFactory(complaint=case, name="聊天/记录.txt")
    attached.file.save("x.bin", ContentFile("你好".encode()))
    NoteFactory(complaint=case, text="来电")
    subject = persons.the_one(NAME)
    with exporting.export(subject=subject, actor=None, why="2026-1", now=NOW) as file:
        content = file.read()
    archive = zipfile.ZipFile(io.BytesIO(content))
    data = json.loads(archive.read("data.json"))
    told = {place["place"]: place["rows"] for place in data["places"]}
    assert set(told) == {
        "complaints.customer", "complaints.complaint", "complaints.note", "complaints.attachment",
    }  # fmt: skip
    assert told["complaints.customer"][0]["phone"] == PHONE
    assert told["complaints.customer"][0]["address"] == "江苏省扬州市月亮弯路18号"
    assert "phone_hash" not in told["complaints.customer"][0]
    assert told["complaints.complaint"][0]["description"] == "杯子破了"
    path = told["complaints.attachment"][0]["file"]
    assert archive.read(path).decode() == "你好"
    entry = AuditEntry.objects.get(verb="privacy.exported")
    assert entry.after["why"] == "2026-1"
    assert NAME not in str(entry.after)


def test_after_a_restore_the_same_are_erased_again_and_who_came_anew_is_not(
    django_capture_on_commit_callbacks, tmp_path
):
    customer = her()
    case = closed(customer, description="杯子破了")
    with django_capture_on_commit_callbacks(execute=True):
        erase(customer)
    assert NAME not in log.path().read_text()
    assert PHONE not in log.path().read_text()
    assert len(log.path().read_text().splitlines()) == 1
    for row in (customer, case):  # the backup is restored: the database knows no erasure
        row.save()
    ErasedKey.objects.all().delete()
    Erasure.objects.all().delete()
    anew = CustomerFactory(name=NAME, phone="13900000001", created_at=NOW + timedelta(days=1))
    out = StringIO()
    call_command("privacy", "erase", "--again", stdout=out)
    assert out.getvalue() == "1 of 1 erasures were erased again.\n"
    assert Customer.objects.get(pk=customer.pk).name == f"{MARK}{customer.pk}"
    assert Complaint.objects.get(pk=case.pk).description == MARK
    assert Customer.objects.get(pk=anew.pk).name == NAME
    assert Erasure.objects.get().reason == ErasureReason.AGAIN
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"at": 1}\n')
    with pytest.raises(CommandError, match="line 1"):
        call_command("privacy", "erase", "--again", "--log", str(bad))


def test_whose_time_is_over_is_erased_by_the_tick_and_nobody_else():
    policy = Policy.objects.get()
    years = policy.retention_years
    over = her()
    closed(over)
    recent = CustomerFactory(created_at=LONG_AGO)
    closed(recent, closed_at=NOW - timedelta(days=365 * years - 10))
    at_work = CustomerFactory(created_at=LONG_AGO)
    ComplaintFactory(customer=at_work, registered_at=LONG_AGO, changed_at=LONG_AGO, due_at=LONG_AGO)
    bought = CustomerFactory(created_at=LONG_AGO)
    OrderFactory(customer=bought, bought_at=NOW)
    said = CustomerFactory(created_at=LONG_AGO)
    ItemFactory(customer=said, changed_at=NOW)
    promised = CustomerFactory(created_at=LONG_AGO)
    FollowUpFactory(order=OrderFactory(customer=promised, bought_at=LONG_AGO), complaint=None)
    CustomerFactory(created_at=NOW)
    review = ItemFactory(source="STORE_REVIEW", received_at=LONG_AGO, changed_at=LONG_AGO)
    chat = ItemFactory(source="CHAT", received_at=LONG_AGO, changed_at=LONG_AGO)
    names = dict(Customer.objects.values_list("pk", "name"))
    retaining.step(NOW)
    retaining.step(NOW)
    now = dict(Customer.objects.values_list("pk", "name"))
    assert {pk for pk in names if names[pk] != now[pk]} == {over.pk}
    assert dict(Item.objects.filter(pk__in=[review.pk, chat.pk]).values_list("pk", "text")) == {
        review.pk: review.text, chat.pk: MARK,
    }  # fmt: skip
    assert set(Erasure.objects.values_list("reason", flat=True)) == {"RETENTION"}
    assert Erasure.objects.count() == 2


def test_the_tick_looks_once_an_hour_and_goes_on_while_more_wait():
    for _number in range(retaining.AT_ONCE + 1):
        CustomerFactory(created_at=LONG_AGO)
    retaining.step(NOW)
    assert Erasure.objects.count() == retaining.AT_ONCE
    retaining.step(NOW)
    assert Erasure.objects.count() == retaining.AT_ONCE + 1
    CustomerFactory(created_at=LONG_AGO)
    retaining.step(NOW + timedelta(minutes=59))
    assert Erasure.objects.count() == retaining.AT_ONCE + 1
    retaining.step(NOW + timedelta(hours=1))
    assert Erasure.objects.count() == retaining.AT_ONCE + 2
    assert Heartbeat.objects.filter(pk=retaining.BEAT).count() == 1


def test_retention_is_a_step_of_the_tick():
    her()
    ticking.run(clock=timezone.now)
    assert Customer.objects.get().name.startswith(MARK)


def test_the_commands_say_what_they_do(tmp_path):
    customer = her()
    closed(customer)
    out = StringIO()
    call_command("privacy", "erase", "--customer", NAME, "--dry-run", stdout=out)
    assert out.getvalue().splitlines() == [
        "Complaints: 1", "Customer: 1", "Nothing is changed: this was a dry run.",
    ]  # fmt: skip
    call_command("privacy", "export", "--customer", PHONE, "--output", str(tmp_path / "her.zip"))
    assert (tmp_path / "her.zip").stat().st_mode & 0o077 == 0
    call_command("privacy", "retain", "--dry-run", stdout=out)
    assert "1 persons are due" in out.getvalue()
    call_command("privacy", "erase", "--customer", NAME, "--yes", "--reference", "7", stdout=out)
    assert Customer.objects.get().name.startswith(MARK)
    with pytest.raises(CommandError, match="Nobody"):
        call_command("privacy", "erase", "--customer", NAME, "--yes")
    call_command("privacy", "retain", stdout=out)
    assert out.getvalue().splitlines()[-1] == "retention: 0 erased, 0 not possible now"
    assert sealing.unseal(Customer.objects.get().phone) == ""


def test_of_several_the_command_lists_the_keys():
    first, second = her(), CustomerFactory(name=NAME, phone="13900000001")
    with pytest.raises(CommandError) as refusal:
        call_command("privacy", "erase", "--customer", NAME, "--yes")
    assert f"customer:{first.pk}" in str(refusal.value)
    assert f"customer:{second.pk}" in str(refusal.value)
    assert NAME not in str(refusal.value)


def test_keys_that_are_none_are_nobody():
    assert persons.named(Subject().with_keys("customer", ["x", "9" * 30, "-1", "1_0"])) == []
