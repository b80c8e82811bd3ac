import pytest
from django.utils import translation

from portal.models import Heartbeat
from portal.transfer import jobs, registry, texts
from portal.transfer.registry import Finding, Notes, Row
from portal.transfer.tables import Unreadable
from tests.portal.transfer.kinds import NOW, beats, context

ROW = Row(7, {"name": "a", "detail": None}, {"name": "a", "detail": "-"})


@pytest.fixture
def kind():
    yield registry.register(beats())
    registry.unregister("beats")


def test_kinds_are_found_by_name(kind):
    assert registry.get("beats") is kind
    assert kind in registry.kinds()
    with pytest.raises(registry.UnknownKind):
        registry.get("beeps")


def test_kind_is_registered_once(kind):
    registry.register(kind)
    with pytest.raises(registry.AlreadyRegistered):
        registry.register(beats())


def test_kind_is_for_nobody_in_the_portal_unless_it_says_for_whom(kind):
    assert not kind.may_import(None, None)
    assert not kind.may_export(None, None)
    assert registry.everybody(None, None)


def test_row_gives_the_default_for_cleared_and_missing_values():
    assert (ROW.get("name"), ROW.get("detail", "x"), ROW.get("after", "y")) == ("a", "x", "y")


def test_identity_of_a_row_without_its_key_is_none():
    assert registry.by("name")(ROW) == ("a",)
    assert registry.by("name", "after")(ROW) is None


def test_differs_and_assign_take_cleared_for_the_fields_own_emptiness():
    beat = Heartbeat(name="a", beat_at=NOW, detail="x")
    assert registry.differs(beat, ROW, "detail")
    assert not registry.differs(beat, ROW, "name")
    registry.assign(beat, ROW, "detail")
    assert beat.detail == ""
    assert not registry.differs(beat, ROW, "name", "detail")


def test_notes_keep_the_first_refusal_of_a_row():
    notes = Notes()
    notes.reject(ROW, "name", "one")
    notes.reject(ROW, "name", "two", limit=3)
    assert notes.rejections == [Finding(7, "name", "one", "a")]


def test_notes_refuse_two_verdicts():
    notes = Notes()
    notes.added(ROW)
    with pytest.raises(registry.RowNotJudged):
        notes.unchanged(ROW)


def test_context_knows_the_day_of_the_department():
    assert context().today == NOW.date()


def test_line_reads_as_the_contract_says():
    with translation.override("en"):
        finding = Finding(7, "price", "not_an_amount", "abc")
        assert texts.line(beats(), finding) == 'row 7: price: "abc" is not an amount'
        finding = Finding(7, "detail", "forbidden", "x", {"rule": "B-1"})
        assert texts.line(beats(), finding) == 'row 7: detail: "x" is against B-1'
        assert texts.line(beats(), Finding(7, "", "too_many_cells")).startswith("row 7: has more")
        finding = Finding(0, "", "unknown_columns", "", {"names": "x"})
        assert texts.line(beats(), finding) == "unknown columns are ignored: x"


def test_line_from_a_record_hides_the_cell():
    kept = Finding.from_stored(Finding(7, "price", "not_an_amount", "abc").stored())
    with translation.override("en"):
        assert texts.line(beats(), kept) == 'row 7: price: "…" is not an amount'


def test_line_uses_the_chinese_header_in_chinese():
    with translation.override("zh-hans"):
        assert "金额" in texts.line(beats(), Finding(7, "price", "not_an_amount", "abc"))


def test_total_reads_as_the_contract_says():
    counts = {"added": 12, "changed": 3, "unchanged": 40, "rejected": 0}
    with translation.override("en"):
        assert texts.total("people", counts) == (
            "people: 12 added, 3 changed, 40 unchanged, 0 rejected"
        )


def test_every_code_has_a_sentence_that_takes_its_parameters():
    given = dict.fromkeys(
        ("cell", "choices", "first", "limit", "line", "maximum", "minimum", "name", "names",
         "row", "text"), "1",
    )  # fmt: skip
    for code in (*texts.CELLS, *texts.ROWS, *texts.FILES):
        assert texts.sentence(code, given, {}) not in {"", code}


def test_unreadable_file_has_a_sentence():
    with translation.override("en"):
        assert texts.unreadable(Unreadable("too_large", limit=5)) == (
            "The file is larger than 5 MB."
        )


def test_report_of_an_unreadable_file_has_status_two():
    assert jobs.Report(unreadable=Unreadable("empty")).status == 2
