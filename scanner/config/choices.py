"""The words that options and mlsec.toml choose from: light, for `--help`, and held by tests against what they name."""

PROFILES = ("current", "article")
FORMATS = (
    *("text", "json", "sarif", "sarif-alerts", "junit", "codequality", "markdown", "html"),
    *("csv", "csv-controls", "ocsf", "oscal", "probe"),
)
FAIL_ON = ("info", "low", "medium", "high", "critical", "never")
WAYS = ("auto", "graph", "arm")
GROUPS = ("severity", "rule", "workspace", "cause")
ONLY = ("fail", "unknown")
SEVERITIES = FAIL_ON[:-1]
CLOUDS = ("public", "usgov", "china")
