"""Who has an account: name, post, e-mail, languages, zone, and whether the account is in use.

A member always stands for an authority; that tie is a Representation and lives in
`forum.directory`. How a member proves who they are lives in `forum.signin`. Facts about the
admission are stored here, so that pages need not read `forum.vetting`.
"""
