"""Proving oneself, and the sessions that come of it.

`tries` counts failures, `strangers` looks after browsers not known, `factors` checks and spends,
`proving` signs in and confirms, `challenges` says what a passkey is to sign, `by_passkey` signs in
and confirms with one, `entering` lets in, `activation` takes an account into use, `changing` and
`passkeys` change what protects it, `resetting` replaces a forgotten password, `enrolling` a lost
second factor, `links` are what is mailed for any of it, `sessions` opens and ends, `upkeep` is for
worker and operator.
"""

from forum.signin.operations.activation import (
    Activated,
    Over,
    begin_activation,
    finish_activation,
    forget_new_codes,
    invite,
    make_activation_link,
    send_activation,
)
from forum.signin.operations.by_passkey import (
    begin_confirmation,
    begin_second_step,
    begin_sign_in,
    confirm_with_passkey,
    sign_in_with_passkey,
    sign_in_with_second_passkey,
)
from forum.signin.operations.challenges import Declined
from forum.signin.operations.changing import (
    NothingBegun,
    Replaced,
    begin_new_authenticator,
    change_password,
    finish_new_authenticator,
    forget_shown_codes,
    raise_alarm,
    renew_recovery_codes,
)
from forum.signin.operations.enrolling import (
    Begun,
    Enrolled,
    begin_enrolment,
    begin_enrolment_with_new_password,
    finish_enrolment,
    make_enrolment_link,
)
from forum.signin.operations.entering import PasskeyNeeded, SignedIn, StandsForNobody, Suspended
from forum.signin.operations.erasing import erase_factors
from forum.signin.operations.factors import hasher
from forum.signin.operations.links import kill_links, make_link, spends_link
from forum.signin.operations.passkeys import (
    Added,
    add_passkey,
    begin_passkey,
    remove_all_passkeys,
    remove_passkey,
    rename_passkey,
)
from forum.signin.operations.proving import (
    Confirmed,
    LinkNeeded,
    PasswordRight,
    confirm,
    prove_password,
    sign_in_with_code,
    sign_in_with_recovery_code,
)
from forum.signin.operations.resetting import (
    answer_resets,
    ask_for_reset,
    reset_password,
    whose_reset,
)
from forum.signin.operations.sessions import (
    close_session,
    end_other_sessions,
    end_session,
    end_sessions_of,
    forget_browser,
    keep_state,
    mark_as_staff,
    resume_session,
)
from forum.signin.operations.strangers import let_browser_in
from forum.signin.operations.tries import DEVICE_LASTS, Client, Refused, Throttled, known_browser
from forum.signin.operations.upkeep import clear_out, reseal_secrets

__all__ = [
    "DEVICE_LASTS",
    "Activated",
    "Added",
    "Begun",
    "Client",
    "Confirmed",
    "Declined",
    "Enrolled",
    "LinkNeeded",
    "NothingBegun",
    "Over",
    "PasskeyNeeded",
    "PasswordRight",
    "Refused",
    "Replaced",
    "SignedIn",
    "StandsForNobody",
    "Suspended",
    "Throttled",
    "add_passkey",
    "answer_resets",
    "ask_for_reset",
    "begin_activation",
    "begin_confirmation",
    "begin_enrolment",
    "begin_enrolment_with_new_password",
    "begin_new_authenticator",
    "begin_passkey",
    "begin_second_step",
    "begin_sign_in",
    "change_password",
    "clear_out",
    "close_session",
    "confirm",
    "confirm_with_passkey",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "erase_factors",
    "finish_activation",
    "finish_enrolment",
    "finish_new_authenticator",
    "forget_browser",
    "forget_new_codes",
    "forget_shown_codes",
    "hasher",
    "invite",
    "keep_state",
    "kill_links",
    "known_browser",
    "let_browser_in",
    "make_activation_link",
    "make_enrolment_link",
    "make_link",
    "mark_as_staff",
    "prove_password",
    "raise_alarm",
    "remove_all_passkeys",
    "remove_passkey",
    "rename_passkey",
    "renew_recovery_codes",
    "reseal_secrets",
    "reset_password",
    "resume_session",
    "send_activation",
    "sign_in_with_code",
    "sign_in_with_passkey",
    "sign_in_with_recovery_code",
    "sign_in_with_second_passkey",
    "spends_link",
    "whose_reset",
]
