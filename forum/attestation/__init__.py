"""Attestation: does each member still stand for the authority?

In rounds, twice a year for members and once a year for moderators (settings), the worker asks of
every representation that was not begun or confirmed a short while ago. What was decided:

- Who answers. A head answers for the members of the own authority, a focal point for those of the
  State, nobody for themselves. Focal points are answered for by the Secretariat, and so is whoever
  has nobody else who could: an authority cannot attest itself through a single member, be it the
  only one or the only head. The Secretariat may also answer for whoever is overdue, since those who
  were asked are silent; it says how it checked.
- Moderators are confirmed by two others. The last two moderators who can act are never limited: with
  fewer than three in all nobody could ever be confirmed again. It is said on their page and noted in
  the audit log, and the remedy is a third moderator.
- Overdue members read only after 30 days and are suspended after 60 (settings), counted from the day
  of the question. Somebody who stands for several authorities is limited only while none of them
  confirms: one office's silence does not undo another's word. The question of the silent one stays.
- A question ends when it is answered. A representation that ends by other means takes its question
  along; a new round does not ask again what is still open.
- A round that no worker could begin within 30 days of its day is left out, so that a site which
  slept does not wake to a round nobody expects.
"""
