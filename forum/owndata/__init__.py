"""What is held about a member: taking a copy of it home, and having it erased.

Export: the member asks, the worker makes a zip, and for a day the member alone can fetch it, each
time after a step-up. Its bytes lie encrypted in the database and not in a file, so that any of
several web processes can hand it out. It holds what the member is shown or wrote: no words and no
names of others, no reasons kept inside, no posts of threads that the member may not read any more,
and no text marked RED, which never leaves a thread.

Erasure: the member asks, two moderators approve, neither of them the member; until then it can be
withdrawn, and a moderator can refuse it with a reason that the member sees. The second approval
erases in the same transaction. Posts keep authority and post, the person's name goes, and so does
all by which the account was used. The log stays whole: names and addresses lie in side rows that
go, numbers and digests stay.

Features that stand beside this one add what they hold when `DataAsked` is announced, and erase it
when `MemberErased` is (`forum.members.events`).
"""
