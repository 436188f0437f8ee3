from tests.serving.backup.conftest import empty_database, other_site, programs

__all__ = ["empty_database", "other_site", "programs"]
