"""Applications: the claim of a directory entry, its evidence, and the decision of two people.

States: sent → mailbox proved → proposed → admitted; asked, while the applicant is to say more;
declined, withdrawn or expired from any of them. A nomination by the authority's head or the State's
focal point needs no word, no call and no proposal: one moderator admits once the mailbox is proved,
since two people stand for it then, neither of them the nominee. What each
check answers: the mailed link, whether the applicant holds the mailbox; the domain, whether the
mailbox is the authority's; the call-back to the number from the directory with the words from the
status page read back, whether the authority knows the applicant. The second person answers the
vetter who is mistaken or bought. Nobody decides on themselves. What happens to an address that
already has an account looks, to the applicant, like any other application.

The word of the authority's head and of the State's focal points is asked for when the mailbox is
proved; nobody is admitted against it, but silence holds nobody up: the call-back does not depend on
it. Where nobody gives it within some days, or there is no entry or no number, another authority of
the State or its mission may be called.

A State names its focal points by note verbale: one moderator registers the note, another makes the
person a focal point, and the record of the note stays whatever becomes of it. For some days after an
admission those who answer for the authority can object; moderators settle that, the account goes on.

`operations` are changes; `queries` reads one application, `checks` says what it has and lacks,
`questions` is what heads and focal points are asked, `nominations`, `objections` and `focal_points`
are read for their pages, `queue` is the list, `review` all that a
moderator looks at before deciding.
"""
