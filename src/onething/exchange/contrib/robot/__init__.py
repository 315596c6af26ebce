"""Robots for agencies that have no interface: an old web system is operated as a clerk would, in a real browser.

What a robot does is data: page objects and procedures in YAML of the city package. It looks first whether the case is
there already, reads every value back before it submits, keeps a picture of each step, and never files twice.
"""
