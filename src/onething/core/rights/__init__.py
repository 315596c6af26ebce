"""Rights: what a role may do, and where. Rooms declare acts (`<room>/acts.py`, named by their manifest); a right is asked here.

In words of the field (NIST RBAC and ABAC): a *role* has *permissions* (acts); each is held within a *scope* (agencies and cities
of whoever asks, against those of what is asked about); *separation of duty* keeps two acts on one thing with two people.
Door: `service`.
"""
