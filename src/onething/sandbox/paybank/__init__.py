"""The paying bank of the sandbox: takes pain.001 files, answers, books, gives camt.053 statements; and misbehaves."""
