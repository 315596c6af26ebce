"""Electronic certificates: signed so that fields can be shown one by one, sealed as PDF, anchored, shared for minutes.

One path for every life event, from the data of a certificate to something that anybody can check.
"""
