"""What a person must do before a case can go on: referrals to officers, supplements by the applicant, faulty registries."""
