"""A database in a few words: to compare two of them."""

from sqlalchemy import text

from crm.sql.db import connect

Digest = dict[str, tuple[int, str]]


def digest(url: str) -> Digest:
    """Every table's rows and their checksum, independent of their order."""
    engine = connect(url, pool_size=1, statement_timeout_ms=60_000)
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        found = {
            name: connection.execute(
                text(
                    "SELECT count(*), coalesce(md5(string_agg(line, '|' ORDER BY line)), '')"  # noqa: S608
                    f' FROM (SELECT to_jsonb(t)::text AS line FROM "{name}" t) AS lines'
                )
            ).one()
            for name in tables
        }
    engine.dispose()
    return {name: (int(row[0]), str(row[1])) for name, row in found.items()}
