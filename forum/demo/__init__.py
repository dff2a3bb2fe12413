"""Demonstration data: fourteen invented States, their offices, people, applications and threads.

Built from `config/reference/demo_network.json` and `demo_threads.json`, which explain their own
fields, with all times relative to the day of loading. Decided:

- What was loaded once is written down (`LoadedKey`), and never loaded or touched again: whatever
  people change, end or take away stays so. Loading again adds only what the files have gained.
- Passwords and secrets are random for each site. They stand in `demo-accounts.json` in the data
  folder, for its owner's eyes. They are written there before they count in the database, so that no
  account can exist that nobody can sign in to; if the file is lost, they are made anew.
- Rows are written as they stand, without announcing anything: nobody is mailed about the past.
- Production refuses all of it.
"""
