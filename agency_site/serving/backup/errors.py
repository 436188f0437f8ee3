class BackupError(Exception):
    """What stands in the way, in words for the operator."""
