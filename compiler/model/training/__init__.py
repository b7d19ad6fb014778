"""Training the model: a file for each training, and what they share."""
