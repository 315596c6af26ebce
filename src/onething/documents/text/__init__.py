"""Facts from free text: who, with which ids, where, how much, when and what for, normalised and with their spot in the text.

Rules and jieba offline; a model may propose more (`model.py`), and what it says passes the same checks or is refused.
Pure: text in, findings out. Door: `onething.documents.text.service`.
"""
