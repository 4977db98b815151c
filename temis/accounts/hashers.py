"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """With what OWASP asks for at least: 19 MiB, two passes, one lane (Password Storage Cheat Sheet, 2024).

    Django's own 100 MiB in eight lanes are meant for a few logins. Here a school's worth of people come in one minute,
    and each would take the memory of a whole web process.
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1
