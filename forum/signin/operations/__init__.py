"""Proving oneself, and the sessions that come of it.

`tries` counts failures, `strangers` looks after browsers not known, `factors` checks and spends,
`proving` signs in and confirms, `activation` takes an account into use, `changing` changes what
protects it, `resetting` replaces a forgotten password, `links` are what is mailed for any of it,
`sessions` opens and ends, `upkeep` is for worker and operator.
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
from forum.signin.operations.factors import hasher
from forum.signin.operations.proving import (
    Confirmed,
    LinkNeeded,
    PasswordRight,
    SignedIn,
    Suspended,
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
from forum.signin.operations.tries import DEVICE_LASTS, Client, Refused, Throttled
from forum.signin.operations.upkeep import clear_out, reseal_secrets

__all__ = [
    "DEVICE_LASTS",
    "Activated",
    "Client",
    "Confirmed",
    "LinkNeeded",
    "NothingBegun",
    "Over",
    "PasswordRight",
    "Refused",
    "Replaced",
    "SignedIn",
    "Suspended",
    "Throttled",
    "answer_resets",
    "ask_for_reset",
    "begin_activation",
    "begin_new_authenticator",
    "change_password",
    "clear_out",
    "close_session",
    "confirm",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "finish_activation",
    "finish_new_authenticator",
    "forget_browser",
    "forget_new_codes",
    "forget_shown_codes",
    "hasher",
    "invite",
    "keep_state",
    "let_browser_in",
    "make_activation_link",
    "mark_as_staff",
    "prove_password",
    "raise_alarm",
    "renew_recovery_codes",
    "reseal_secrets",
    "reset_password",
    "resume_session",
    "send_activation",
    "sign_in_with_code",
    "sign_in_with_recovery_code",
    "whose_reset",
]
