"""The official mailbox of a member: changed slowly and in sight of the old one, and proved once a
year; and whether the member is still there at all.

A change of e-mail is a list of states: asked for in a session just confirmed → proved from the new
mailbox → approved → stoppable from the old mailbox for a while → done by the worker. Nothing changes
before the end. Whoever reads the old mailbox can stop it in every state, for the session that asked
may be a stranger's; that the new address is another member's is told to the holder of that mailbox
and to nobody else (security.md E2).

Who approves: whoever answers for the member's authority, or a moderator; nobody for oneself. An
address outside the domains that the directory knows of the authority, or of a service that gives
one to anybody, is vetted like a new account (R3): by two moderators, and no word from the authority
is enough. The account goes on meanwhile under its old address, for a mistyped domain must lock
nobody out. The Secretariat is no entry of the directory: its domain is that of `secretariat_email`.

Once a year a member proves the mailbox again by one press on a mailed link. Who does not reads only,
and is not suspended: a mailbox that died says less than an authority that is silent, and its owner
must come in to ask for another. Who was not seen for a year is asked to sign in, then suspended,
and let in again by a moderator or by whoever answers for the authority. Both questions wait while
an account cannot be used, and moderators are asked like everybody else.
"""
