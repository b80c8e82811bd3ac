"""From an empty database to a published roster by the links of the check-list alone."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import Workbook

from portal.models import ImportRun, User
from portal.transfer import uploads
from staff.models import Assignment, Person, Publication, Requirement, Store, Team
from staff.roster.queries.month import last_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "unlikely horse 2026 battery"  # noqa: S105 -- chosen on the page
CHIEF = "clever supervisor 2026 words"


def begin():
    out = io.StringIO()
    call_command("begin", stdout=out)
    return re.search(r"/accounts/password/reset/key/\S+", out.getvalue())[0]


def choose_password(visitor, path, password):
    page = visitor.page
    page.goto(path)
    page.fill("#id_password1", password)
    page.fill("#id_password2", password)
    page.click("main button[type=submit]")
    page.wait_for_url("**/done/")


def to_list(visitor):
    """Back to the check-list by the link that every page has."""
    page = visitor.page
    if "/admin/" in page.url:
        page.locator("#user-tools a[href='/setup/']").click()
    else:
        page.locator(".user-button").click()
        page.locator(".dropdown-menu a[href='/setup/']").click()
    page.wait_for_url("**/setup/")


def follow(visitor, code, number=0):
    """Follow one of the links of an item."""
    page = visitor.page
    page.locator(f"#item-{code} .setup-ways a").nth(number).click()
    page.wait_for_load_state()
    visitor.check()


def save(visitor, **fields):
    """Fill in a form of the administration, save it, and go back to the list."""
    page = visitor.page
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    page.locator("[name=_save]").click()
    page.wait_for_load_state()
    assert page.locator(".errorlist").all_inner_texts() == []
    page.wait_for_selector(".messagelist .success")
    to_list(visitor)


def is_done(visitor, code):
    return visitor.page.locator(f"#item-{code}").get_attribute("data-done") == "yes"


def places(admin):
    follow(admin, "sites")
    save(admin, name="扬州")
    follow(admin, "teams")
    save(admin, name="一组", site="扬州")
    admin.page.locator("#item-brands summary").click()
    admin.page.locator("#item-brands input[name=reason]").fill("只有一个品牌")
    admin.page.locator("#item-brands .setup-reason button").click()
    admin.page.wait_for_selector("#item-brands[data-done=yes]")
    follow(admin, "stores")
    page = admin.page
    page.locator("[name=platform]").select_option("TMALL")
    save(admin, name="旗舰店", team="一组")
    assert is_done(admin, "served")


def supervisor(admin):
    today = timezone.localdate()
    follow(admin, "supervisor")
    page = admin.page
    assert page.locator("[name=post]").input_value() == "SUPERVISOR"
    save(
        admin,
        number="S001",
        name="王主管",
        hired_on=f"{today - timedelta(days=60):%Y-%m-%d}",
        base_salary="12000",
    )
    follow(admin, "sign-in")
    page.locator("tr:has-text('S001') [name=_selected_action]").check()
    page.locator("[name=action]").select_option("show_link")
    page.locator("button[name=index]").click()
    link = page.locator("[data-link]").input_value()
    admin.check()
    to_list(admin)
    return link[link.index("/accounts/") :]


def staff_file(today):
    book = Workbook()
    sheet = book.active
    sheet.append(["工号", "姓名", "岗位", "团队", "上级工号", "基本工资", "入职日期"])
    hired = f"{today - timedelta(days=60):%Y-%m-%d}"
    sheet.append(["L001", "李组长", "组长", "一组", "S001", "8000", hired])
    sheet.append(["A001", "张三", "售后客服", "一组", "L001", "6000", hired])
    sheet.append(["A002", "李四", "售前客服", "一组", "L001", "6000", hired])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def work():
    """Do what the worker does with the file that waits."""
    run = ImportRun.objects.latest("pk")
    return uploads.carry_out(run_id=run.pk, dry_run=run.dry_run, clock=timezone.now)


def people(chief):
    page = chief.page
    with page.expect_download() as got:
        page.locator("#item-people .setup-ways a").nth(1).click()
    assert got.value.suggested_filename == "people-template.xlsx"
    follow(chief, "people")
    assert page.locator("[name=kind]").input_value() == "people"
    page.set_input_files(
        "[name=file]",
        {"name": "people.xlsx", "mimeType": "application/octet-stream",
         "buffer": staff_file(timezone.localdate())},
    )  # fmt: skip
    page.locator("main form[enctype] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/transfers/\d+/$"))
    assert work()
    page.reload()
    chief.check()
    page.locator("#run form button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    assert work()
    page.reload()
    chief.check()
    to_list(chief)
    assert is_done(chief, "people")
    assert is_done(chief, "salaries")


def roster(chief):
    page = chief.page
    page.locator("#item-shifts [name=fits]").click()
    page.wait_for_selector("#item-shifts[data-done=yes]")
    follow(chief, "requirements")
    today = timezone.localdate()
    page.locator("[name=shift_type]").select_option(index=1)
    save(chief, team="一组", valid_from=f"{today:%Y-%m-%d}", minimum="1")
    follow(chief, "roster")
    month = last_day(today) + timedelta(days=1)
    page.goto(f"{page.url}?month={month:%Y-%m}")
    agent = Person.objects.get(number="A001")
    page.locator(f"#c{agent.pk}-3").click()
    page.locator("#cell-menu .cell-pick[data-letter=D]").click()
    page.locator("form[action*=publish] button").click()
    page.locator("#confirm [data-yes]").click()
    page.wait_for_selector("#messages .alert-success")
    to_list(chief)
    assert is_done(chief, "roster")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_empty_portal_comes_to_its_first_roster(visitors, language):
    assert not User.objects.exists()
    admin = visitors(language=language)
    admin.page.goto("/accounts/login/")
    assert "manage.py begin" in admin.page.locator("main").inner_text()
    admin.check()
    choose_password(admin, begin(), PASSWORD)
    admin.sign_in("admin", PASSWORD)
    admin.page.locator(".tile a[href='/setup/']").last.wait_for()
    admin.check()
    admin.page.locator(".tile-body a[href='/setup/']").last.click()
    admin.check()
    places(admin)
    path = supervisor(admin)
    chief = visitors(language=language)
    choose_password(chief, path, CHIEF)
    chief.sign_in("S001", CHIEF)
    chief.page.locator(".tile-body a[href='/setup/']").last.click()
    chief.check()
    people(chief)
    roster(chief)
    assert Store.objects.count() == Team.objects.count() == Requirement.objects.count() == 1
    assert Publication.objects.get().team.name == "一组"
    assert Assignment.objects.get().person.number == "A001"
