"""Boards, threads and posts: questions of practice and the posts that answer them.

Nothing posted here is a request. A thread has an audience (who may see it here) and a handling mark
(what a reader may do with it outside): two different facts. Who may read it is stored as reader
keys, which the rules and every query share. A post keeps the authority and the post of its author
as they were that day. Text is rendered once, when written, and stored beside its source.
"""
