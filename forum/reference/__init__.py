"""Reference data: States, instruments, functions and who is party to what.

Loaded from config/reference by `forum init`, which may run again at any time: a row that the
secretariat changed is never overwritten. Each row remembers a digest of the values last loaded; a
row whose values no longer have that digest was changed by hand and is left alone.
"""
