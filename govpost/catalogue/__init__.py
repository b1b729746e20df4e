"""What a person can apply for: dated service items with papers, days, fees and the rules of their mail; search and guide."""
