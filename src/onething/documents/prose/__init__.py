"""Running text out of files: Word, PDF, plain text and photographed pages become lines, safely and in exact letters.

Door: `onething.documents.prose.service`.
"""
