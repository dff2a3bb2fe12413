"""Forms of vetting: of applicants, of moderators who decide, and of the records of notes."""

from forum.vetting.forms.applying import AnswerForm, DetailsForm
from forum.vetting.forms.deciding import (
    AskForm,
    AssignForm,
    DeclineForm,
    ProposalForm,
    SecondForm,
)
from forum.vetting.forms.people import languages_field, mailbox_field, name_field, post_field
from forum.vetting.forms.recording import ConfirmNoteForm, NoteForm, ReasonForm, SettlementForm

__all__ = [
    "AnswerForm",
    "AskForm",
    "AssignForm",
    "ConfirmNoteForm",
    "DeclineForm",
    "DetailsForm",
    "NoteForm",
    "ProposalForm",
    "ReasonForm",
    "SecondForm",
    "SettlementForm",
    "languages_field",
    "mailbox_field",
    "name_field",
    "post_field",
]
