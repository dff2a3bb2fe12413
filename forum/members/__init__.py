"""Who has an account: name, post, e-mail, languages, zone, and whether the account is in use.

A member always stands for an authority; that tie is a Representation and lives in
`forum.directory`. How a member proves who they are lives in `forum.signin`. Facts about the
admission are stored here, so that pages need not read `forum.vetting`.

Erasing a member (`erasing`) leaves the row, its number, and what was decided, without name, words,
mailbox or factors; features take out what they hold when `MemberErased` is announced.

The house rules (`house_rules`) are accepted at activation, and again when they change: until then
the door leads a member to them, whatever page was asked for. What the account needs to be safe can
be reached before.

What a member may not do for a while is a Limit, with cause, reason and end (`limits`). The status
follows the limits, and is what signing in asks; a suspension that has an end is over at that moment
(`Member.is_in_use`), and the worker brings the status up to date. Who reads only is known by the
Actor (`restriction`), and the rule `may_write` stands before all that writes or decides.
"""
