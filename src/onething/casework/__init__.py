"""Cases: durable execution of a plan, tasks of officers and robots, supplements, certificates issued.

DBOS runs the automatic segments; waits and deadlines are rows here. Floor 4.
"""
