"""Where an answer comes from: from a prediction or a version back to the raw bytes."""
