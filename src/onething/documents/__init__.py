"""Images and files become typed fields with position, confidence and certainty; certificates are rendered.

A bounded reader process (rapidocr), red-seal handling, rotation, extraction declared as data. Floor 1.
"""
