"""The database itself refuses to change or remove an entry of the journal."""

from django.db import migrations

TRIGGERS = """
CREATE TRIGGER journal_never_changes BEFORE UPDATE ON initiatives_journalentry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON initiatives_journalentry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0001_initial")]
    operations = [migrations.RunSQL(TRIGGERS)]
