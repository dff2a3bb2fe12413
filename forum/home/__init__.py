"""Landing page and Today, About and its sisters, the choice of language, health.

Today says in one line whether anything needs the reader, then shows it: questions that wait for
the reader's authority, answers to the reader's own questions, applications, objections and notes
for moderators, applicants for whoever answers for their authority; below, what is new on the
boards. Nothing is counted that the reader cannot open.
"""
