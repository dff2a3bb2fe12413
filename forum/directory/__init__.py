"""Authorities, what they are designated for, how to reach them, and who stands for them.

An authority is competent on conditions: for a function, often only for a stage of proceedings, a
kind of request or a territory. A designation ends, it is never deleted; so does a representation.
The State decides who sees an entry, and each contact line (decision 3/2 (g)(v)). The Secretariat
is an authority without a State; it has no entry in the directory.

`actor_for` makes the Actor: what a member may see follows from whom the member represents.
"""
