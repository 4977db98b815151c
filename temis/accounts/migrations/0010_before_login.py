"""Nothing but an order: the history triggers of users are complete before allauth's own migrations touch users."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    run_before = [("account", "0001_initial"), ("mfa", "0001_initial")]
    operations = []
