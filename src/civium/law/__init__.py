"""What the law says, as values: procedures, forms, numbers, ages, days, thresholds, official wording."""
