"""How members prove who they are: password and code, open sessions, activation, step-up.

The flow is a list of states: nobody → password right (pre-login, five minutes, that account only)
→ code right (an open session) → idle or absolute end, or ended by hand. No state leads to a session
without both factors. A step-up asks for both again and renews the session's token. A passkey whose
device makes sure who holds it is both factors at once; any passkey is a second one. Moderators may
have to have one (`held` says what follows).

Against guessing: failures are counted in the database by address, account and device, before the
password is looked at, and for unknown addresses alike; after many in a row a browser not known
needs a mailed link as well, so that nobody is locked out for good. Against telling accounts apart:
unknown, pending, closed and throttled people get the same answer for the same work; that an account
is suspended, or that its member stands for no authority, is said to whoever proved both factors, and
to nobody else. Against replay: a time step
of a code is spent by one conditional UPDATE, recovery codes and links likewise.

What protects an account is changed in its settings, after a step-up. Each change is told to the
owner by mail and ends the other sessions, and so can the owner, who sees what happened lately.
"""
