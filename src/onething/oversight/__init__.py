"""What operators and officials did to this installation, kept so that others can read it.

Every act through pages, the API or a command is an event in the append-only log: who, when, what, on what, from where and how
it ended. No personal data of applicants. Floor 2.
"""
