"""A team's world: its members, apps, keys, seed and clock; made in milliseconds, thrown away as fast."""
