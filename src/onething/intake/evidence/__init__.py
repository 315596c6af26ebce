"""Photographs and texts of the applicant: taken in, read in the background, matched to slots."""
