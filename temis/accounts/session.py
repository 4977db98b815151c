"""What a session remembers of rights."""

# The assignment chosen with the role switcher (`people.RoleAssignment.id`).
ASSIGNMENT = "assignment"
# The user who has shown a second factor in this session.
SECOND_FACTOR = "second_factor"
# Whose one-time code was accepted, and until when a password must be chosen.
FIRST_LOGIN = "first_login"
