"""What an applicant does: file, answer what is asked, withdraw."""
