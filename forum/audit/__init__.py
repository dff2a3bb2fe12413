"""Who did what, when and how it ended; nobody can edit it.

Every row carries a keyed digest (HMAC-SHA-256) over itself and the row before, so that a changed,
removed or inserted row shows. Triggers refuse UPDATE and DELETE. Names and network addresses lie in
a side row that can be erased when a member's data are; the chain covers only their digests, so an
erasure leaves the log readable and whole. No foreign keys lead out of the log.
"""
