"""Boards, threads and posts: questions of practice and the posts that answer them.

Nothing posted here is a request. A thread has an audience (who may see it here) and a handling mark
(what a reader may do with it outside): two different facts. Who may read it is stored as reader
keys, which the rules and every query share. A post keeps the authority and the post of its author
as they were that day. Text is rendered once, when written, and stored beside its source.

Decided: what only some States see is AMBER at least, and a board with a stricter default than the
audience needs allows nothing looser; RED waits for threads of named participants. A question put to
States concerns a function, because the function decides which office is competent. A withdrawn
question is closed and shows neither title nor text, not even in its address; what others answered
stays. Withdrawing is possible in a closed thread, editing is not. A form sent twice posts once: rows
are unique by author and form. Whatever goes wrong, a form comes back with all that was typed.

Files beyond the usual ones: `checks` (what a post must hold), `handling` (marks), `writing` (parts of
`operations`), `lists` (filters, counts, pages), `waiting` (what waits for whom), `asking` (what the
ask page offers and whom a question is told to), and `shown`, `list_pages`, `thread_page` (what
templates show).
"""
