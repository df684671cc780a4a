"""What more than one door looks at in the same way: ids, addresses of PSUs, where a browser may be sent."""

import ipaddress
import re

from marshmallow import ValidationError
from marshmallow.validate import Regexp

#: Schemes that a browser would run or show itself, instead of leading the PSU to a page or an app.
SCHEMES_REFUSED = frozenset({"javascript", "data", "vbscript", "blob", "file", "about"})

_UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
#: A UUID in its usual form, of any version.
A_UUID = Regexp(_UUID, error="A UUID is expected.")


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID and nothing else."""
    return re.fullmatch(_UUID, text) is not None


def check_ip_address(text: str) -> None:
    """Refuse what is neither an IPv4 nor an IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        raise ValidationError("An IPv4 or IPv6 address is expected.") from error
