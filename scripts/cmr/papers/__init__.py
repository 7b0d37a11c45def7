"""Court papers and letters, and the setting of PDFs."""
