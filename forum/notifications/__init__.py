"""What people are told, and when: mail without content, written when something happens.

Decided: a mail carries a number, what happened and a link; no title, text, name or State, for it
travels over networks nobody here controls. A question is told to the office that its card shows:
those designated for the function in each State addressed or, where a State notified nobody, its
central authority of article 18. Nobody is told of a thread they may not read, neither when the mail
is written nor when it is sent.
"""
