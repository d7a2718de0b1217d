"""What must hold before a model may serve, and the records that show that it did."""
