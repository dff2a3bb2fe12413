"""The desk: what the head of an authority and the focal point of a State see to.

A head answers for the members of the one authority, a focal point for those of all authorities of
the State; nobody acts on themselves. For everybody else the desk does not exist.
"""
