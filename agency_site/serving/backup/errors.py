class BackupError(Exception):
    """A backup or a restore failed. The message is for the operator."""
