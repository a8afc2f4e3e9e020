"""What rules offer to change."""
