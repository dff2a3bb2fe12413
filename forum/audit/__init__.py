"""Who did what, when and how it ended; nobody can edit it.

Every row carries a keyed digest (HMAC-SHA-256) over itself and the row before, so that a changed,
removed or inserted row shows. Triggers refuse UPDATE and DELETE. Names and network addresses lie in
a side row that can be erased when a member's data are; the chain covers only their digests, so an
erasure leaves the log readable and whole. No foreign keys lead out of the log.

A chain alone does not show that its end was cut off together with the row that marks the end. So a
checkpoint (how many entries, digest of the last) is made once a day, in the log and in a file beside
the database; each shows what the other lost. Whoever can write to both and cuts both back to the
same day is found out only by a copy of the file kept elsewhere. The worker walks on from where the
chain was whole every few minutes, and from the first entry once a day.
"""
