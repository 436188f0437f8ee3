"""The only writers: atomic functions, keyword-only, told who acts (`by=`) and when (`at=`)."""
