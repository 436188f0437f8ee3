"""What the drills work with: hosts, load, people, readers and the report."""
