"""A lead uploads a report of DingTalk with two bad rows, sees both, mends them and imports."""

from datetime import date

import pytest
from django.utils import timezone

from portal.models import ImportRun
from portal.transfer import uploads
from staff.attendance.models import Punch
from tests.factories.staff import Department
from tests.staff.attendance.dingtalk_files import daily, of_day, person, save

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
DAYS = [date(2026, 10, day) for day in (8, 9)]


def work():
    """Do what the worker does with the run that waits."""
    run = ImportRun.objects.latest("pk")
    return uploads.carry_out(run_id=run.pk, dry_run=run.dry_run, clock=timezone.now)


def upload(lead, path):
    page = lead.page
    page.goto("/transfers/")
    page.locator("details summary").first.click()
    lead.check()
    page.select_option("#id_kind", "dingtalk")
    page.set_input_files("#id_file", path)
    page.locator("form[enctype] button[type=submit]").click()
    page.wait_for_url("**/transfers/*/")
    assert work()
    page.reload()
    lead.check()
    return page.locator("#run").inner_text()


@pytest.mark.parametrize("width", ["wide", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_lead_sees_both_bad_rows_mends_them_and_imports(visitors, tmp_path, language, width):
    department = Department()
    agent, mate = (person(one.number) for one in (department.agent, department.mate))
    good = [of_day(agent, day, "17:00", "次日 00:03") for day in DAYS]
    bad = [of_day(person("E9999", "", "李四"), DAYS[0], "08:30"), of_day(mate, DAYS[1], "8点半")]
    mended = [of_day(mate, DAYS[0], "08:30"), of_day(mate, DAYS[1], "08:30")]
    lead = visitors(language=language, width=width)
    lead.sign_in(department.lead.number, PASSWORD)
    said = upload(lead, save(tmp_path / "10月考勤报表.xlsx", daily([*good, *bad])))
    for named in ("每日统计 7", "E9999 李四", "每日统计 8", "8点半"):
        assert named in said
    assert Punch.objects.count() == 0
    said = upload(lead, save(tmp_path / "10月考勤报表 改.xlsx", daily([*good, *mended])))
    assert "E9999" not in said
    lead.page.locator("#run form button.btn-primary").click()
    lead.page.wait_for_load_state("networkidle")
    assert work()
    lead.page.reload()
    lead.check()
    assert Punch.objects.filter(recorded_by=department.lead.user).count() == 6
