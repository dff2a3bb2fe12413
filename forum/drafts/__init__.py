"""What somebody was typing when their session ended: kept encrypted, given back once.

Kept for 24 hours under a random token that only that browser holds, and given back only to the
member whose session it was, after a full sign-in. Somebody who leaves an authority can hand one over
to the successor, who takes it up in a browser of theirs. A cross-site POST keeps nothing, for its form
token is checked first.
"""
