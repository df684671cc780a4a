"""Something that was good once, with a few of its octets changed, left out, or others put in."""

from hypothesis import strategies as st


def damage(good: bytes, data: st.DataObject) -> bytes:
    """Damage it in one to four places."""
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        damaged[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    return bytes(damaged)
