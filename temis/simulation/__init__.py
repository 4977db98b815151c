"""`temis simulate`: a country of invented people, as large as asked for, in an empty database."""
