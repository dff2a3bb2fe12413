"""A new second factor for a member who lost the old one and has no recovery code.

The ladder: a link mailed to the mailbox and pressed (begun) → a colleague of the authority, its
head or a focal point of the State says that they spoke with the member (confirmed) → a moderator
calls a number of the directory and hears the words of the case's page (called) → another moderator
approves (waiting) → a day in which everybody concerned can stop it → a link, the password and a
new app (ready, done) → a day of reading only. Three people beside the member, each another one, and
nobody for themselves. Declined, stopped, expired or replaced by a newer case from any open step.

Decided:

- Asking keeps an address and nothing more; whose it is, the worker finds out (security.md E1). The
  page of the case, with the words, comes only with the mailed link: whoever asks in another's name
  sees nothing, replaces nothing and ends nothing. “Stolen” ends all sessions when the button behind
  that link is pressed, not before, or strangers could throw members out.
- The password is asked for at the end, behind the last link, not at the beginning: a form that
  strangers reach would be one more place to guess it, and the case is decided by people.
- Where the authority has nobody else and the State no focal point, heads of the State's other
  authorities are asked; where there is nobody at all, and for moderators, the call stands in for the
  word, and then it must not be to the authority's own number: another authority, a mission, or for
  the Secretariat an office that knows its staff. Two moderators decide all the same.
- Whoever lost the password as well says so on the page of the case, before anybody's word or call;
  after that it stays as it is. It is part of what the colleague, the caller and both moderators are
  shown, and a word given on a page that said otherwise is not taken. The last link then asks for a
  new password, which takes the old one's place with the new factor and not before: a mailed link of
  its own would ask for the code that is lost, and the mailbox alone must not be enough.
- No moderator is shown the words: whoever records a call has heard them from the member.
- Whoever is concerned is shown it while it lasts: mail, colleagues' pages, a banner in every open
  session. Each of these can stop it; to stop is the safe side. Whoever has a session that a thief
  opened ticks “stolen”.
- The old factor holds until a code proves the new one. The link to it can be mailed again while the
  case is open, since people sleep; it does nothing without the password,
  unless the case was decided on without it.
- Passkeys stay, unless “stolen” was ticked, or the account opens by nothing else: a moderator who
  asks for this has lost them too, and adds new ones after signing in.
- A case goes on only while the account is in use and stands for the authority whose people spoke.
- Every step holds the member's row first and is one conditional UPDATE: of two at once, one is told
  that the other was faster, and nobody waits for each other.

`operations` are the steps, `queries` what each kind of reader may see of a case.
"""
