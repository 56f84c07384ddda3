from . import controllers


def create_table(env):
    """A plain table, so that nothing but the INSERT is measured."""
    env.cr.execute(
        "CREATE TABLE IF NOT EXISTS bench_bare ("
        "id bigserial PRIMARY KEY, received_at timestamp DEFAULT now(), body bytea)"
    )
