"""A member leaves an authority: says when, proposes a successor, hands unsent texts over.

What follows from the last day lies in `forum.directory.leaving`; here are the pages of whoever leaves
and of whoever takes over. Unsent texts are private: each passes by a press of its own, and only what
is written into threads does, a reply only where the successor may read the thread. Nobody can send
such a text for the other: it waits for the successor, who reads it before it is posted.
"""
