"""Starting the desk: its embedded PostgreSQL, its process tree, and the database under each command."""
