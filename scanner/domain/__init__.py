"""What Azure does: pure functions over the model, which know nothing of rules."""
