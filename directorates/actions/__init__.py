"""The only writers: atomic, keyword-only functions that take who acts (`by=`) and when (`at=`)."""
