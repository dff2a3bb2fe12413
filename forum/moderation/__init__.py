"""What moderators do about members once they are in: warn, restrict to reading, suspend, close, and
lift again.

Nobody acts on themselves, nor on a moderator who approved them. What was decided is a Limit of
`forum.members`, told to the person by a mail that says only that something was decided; the reason
stands on a page of their own.

The audit log is read and exported here, since its lines lead to what higher features own. Opening it
and taking it away leave lines of their own, which name what was searched for by number only.
"""
