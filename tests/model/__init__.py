"""What exists in Azure, as it is decoded."""
