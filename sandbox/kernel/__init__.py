"""The ground: money, time, ids, errors, settings and the database. It knows no bank."""
