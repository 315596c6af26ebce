"""Paper against record: a photograph laid over the issued form of a record, and each field's print compared.

Same document or not, which field differs, a picture of the difference; signs of tampering are hints, never verdicts.
Pure: pixels in, findings out. Door: `onething.documents.compare.service`.
"""
