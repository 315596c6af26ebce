"""The evidence ledger of one owner: records, commitments, canonical JSON, and how a record is checked."""
