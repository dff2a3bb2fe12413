"""Every operation leaves a line in the audit log, or says here why it need not."""

from tests.support.calls import functions, reaches

LINES = {"forum.audit.operations.record", "forum.audit.operations.record_system"}

#: Operations without a line, and why.
SILENT = {
    # Sending mail: what caused a mail has its line; the outbox itself says what became of it.
    "forum.core.delivery.lease_next": "the outbox keeps it",
    "forum.core.delivery.mark_sent": "the outbox keeps it",
    "forum.core.delivery.put_off": "the outbox keeps it",
    "forum.core.delivery.give_up": "the outbox keeps it",
    # Turns of the worker, which say nothing about anybody.
    "forum.core.jobs._begin": "a turn of the worker",
    "forum.core.jobs.end_turn": "a turn of the worker",
    "forum.core.jobs.forget_turns": "a turn of the worker",
    "forum.audit.operations._file_checkpoints": "the checkpoint has its line; this copies it",
    "forum.owndata.operations.erasing.forget_last_mails": "the mails told of what has a line",
    "forum.owndata.operations.exporting._take": "what becomes of the export has a line",
    "forum.worker.forget_attempts": "counters past their time",
    "forum.signin.operations.upkeep.clear_out": "sessions and links past their time",
    "forum.drafts.operations.forget_expired_forms": "drafts past their time",
    "forum.drafts.operations.forget_form": "the form was sent, which has a line of its own",
    # Parts of a sign-in, whose outcome has a line.
    "forum.signin.operations.proving._claim": "prove_password settles it with a line",
    "forum.signin.operations.proving._claim_again": "confirm settles it with a line",
    "forum.signin.operations.proving._keep_hash": "the same password under other parameters",
    "forum.signin.operations.by_passkey.begin_sign_in": "a question, whose answer has a line",
    "forum.signin.operations.by_passkey.begin_second_step": "a question, whose answer has a line",
    "forum.signin.operations.by_passkey.begin_confirmation": "a question, whose answer has a line",
    "forum.signin.operations.passkeys.begin_passkey": "a question, whose answer has a line",
    "forum.signin.operations.sessions._note_seen": "that a page was opened is nobody's business",
    "forum.signin.operations.sessions.keep_state": "what a browser is shown next",
    "forum.signin.operations.sessions.forget_browser": "what a browser was shown",
    "forum.signin.operations.sessions.mark_as_staff": "follows from a role, which has its line",
    "forum.signin.operations.activation.forget_new_codes": "finish_activation has a line",
    "forum.signin.operations.changing._password_of": "change_password settles it with a line",
    "forum.signin.operations.changing.forget_shown_codes": "renew_recovery_codes has a line",
    "forum.members.operations.take_into_use": "finish_activation has a line",
    "forum.mailboxes.operations.yearly._leave_alone": "the answer has its line",
    # How far one has read is one's own business.
    "forum.discussion.operations.see_thread": "how far somebody has read",
}


def operations() -> set[str]:
    return {name for name, function in functions().items() if "operation" in function.decorators}


def test_every_operation_leaves_a_line_in_the_audit_log() -> None:
    found = functions()

    silent = {name for name in operations() if not reaches(found, name, LINES)}

    assert silent - set(SILENT) == set()


def test_no_exception_is_listed_that_is_none() -> None:
    found = functions()

    assert not [name for name in SILENT if name not in operations() or reaches(found, name, LINES)]
