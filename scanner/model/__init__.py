"""What exists in Azure, by service: typed, frozen resources, decoded once from ARM JSON."""
