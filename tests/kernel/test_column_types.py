"""Column types and what they are used for, without a database."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.database import Moment, Sealed, SealedBytes
from rounds.tables import metadata

ABOUT_PEOPLE = {
    "accounts.totp_secret", "caseload_rows.fields", "contact_points.value", "exclusions.words",
    "notices.values", "replies.text", "responsibilities.reason", "subscriptions.endpoint",
    "subscriptions.key", "subscriptions.secret", "time_off.words", "visits.cancel_reason",
    "people.prefix", "people.given_name", "people.family_name", "patients.born", "patients.number",
    "related_people.relationship", "seats.reason", "chat_messages.text", "visits.purpose",
    "visits.note", "agreements.agreed", "agreements.next_step", "agreements.reason",
    "check_ins.companions", "check_ins.company", "check_ins.phone", "check_ins.place",
    "check_ins.safe", "door_notes.text", "experiences.heard", "experiences.onward",
    "experiences.problems", "experiences.way", "experiences.words", "missed_visits.reason",
    "phone_calls.number", "plan_entries.data", "plan_pending.edit", "plan_snapshots.items",
    "plan_snapshots.state", "plan_template_drafts.content",
    "plan_template_uses.brought", "plan_templates.content", "plan_templates.note",
    "plan_versions.content", "plan_versions.title",
    "task_steps.words", "tasks.origin_words", "tasks.subject", "self_tests.report",
    "visit_summaries.agreed",
    "visit_summaries.happened", "visit_summaries.next_step", "visit_summaries.reason",
}  # fmt: skip


def test_a_key_in_the_header_is_passed_over() -> None:
    column: Any = Sealed()
    assert column.process_result_value(b"\x00\x03keyMara", None) == "Mara"


def test_everything_about_people_is_sealed() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed | SealedBytes)
    }
    assert sealed == ABOUT_PEOPLE


def test_every_row_says_whose_clinic_it_is() -> None:
    without = {table.name for table in metadata.sorted_tables if "clinic_id" not in table.columns}
    # The chain over the trail is one for the whole database, whoever's lines it seals.
    assert without == {"clinics", "audit_seals", "audit_unsealed"}


@given(st.datetimes(timezones=st.timezones()), st.text(st.characters(codec="utf-8")))
def test_both_columns_give_back_what_they_take(at: datetime, words: str) -> None:
    moment, sealed = Moment(), Sealed()
    dialect: Any = None
    try:
        kept = moment.process_bind_param(at, dialect)
    except OverflowError:
        return
    assert moment.process_result_value(kept, dialect) == at.astimezone(UTC)
    stored = sealed.process_bind_param(words, dialect)
    assert sealed.process_result_value(stored, dialect) == words
