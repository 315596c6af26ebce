"""The filing before it becomes a case: uploads, answers, consents, prefill, pre-review; submit once, resume anywhere.

Floor 5.
"""
