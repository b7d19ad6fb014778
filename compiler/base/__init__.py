"""What every engine shares: rows and their ids, answers, limits, the record of a stage."""
