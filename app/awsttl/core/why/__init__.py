"""Why a profile fails: errors and their causes, checks and findings, predictions."""
