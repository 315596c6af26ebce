"""Regulations as text with a structure, as clauses with conditions and benefits, and as a net of relations between them.

Reads a regulation, drafts its rules, finds conflicts, follows amendments; matches and fulfils what is in force. Floor 3.
"""
