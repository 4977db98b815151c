"""What people are told as soon as it has happened."""


def listen() -> None:
    pass
