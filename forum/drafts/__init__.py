"""What somebody was typing when their session ended: kept encrypted, given back once.

Kept for 24 hours under a random token that only that browser holds, and given back only to the
member whose session it was, after a full sign-in. A cross-site POST keeps nothing, for its form
token is checked first.
"""
