"""Pages of a filing: photographs, agencies, questions, checking, signing, submitting."""
