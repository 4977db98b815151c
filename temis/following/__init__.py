"""Who is how far and who is late, on every level; and reminding those who are missing."""
