"""The database engine of web processes: Django's own for PostgreSQL, with another look at connections of its pool."""
