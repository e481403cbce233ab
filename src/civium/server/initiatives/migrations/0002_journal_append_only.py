"""The database itself refuses to change or remove an entry of the journal."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER journal_never_changes BEFORE UPDATE ON initiatives_journalentry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON initiatives_journalentry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""
POSTGRESQL = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the journal is append-only'; END $$;
CREATE TRIGGER journal_never_changes BEFORE UPDATE OR DELETE ON initiatives_journalentry
FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_is_not_emptied BEFORE TRUNCATE ON initiatives_journalentry
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
"""


def make_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    for statement in schema_editor.connection.ops.prepare_sql_script(SQLITE):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0001_initial")]
    operations = [migrations.RunPython(make_triggers)]
