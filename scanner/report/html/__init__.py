"""The HTML report: one self-contained file for people who would rather look than read."""

# page
