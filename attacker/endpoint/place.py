"""Where an endpoint lies, and whether it may be called: only as stated, and inside only where allowed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from attacker.addresses import PORTS, ips_of, is_inside, is_this_machine, origin_of
from attacker.endpoint.chat import EndpointError

PRIVATE_ORIGINS = "ENDPOINT_PRIVATE_ORIGINS"  # of the environment: what the administrator allows


@dataclass(frozen=True)
class Place:
    """An endpoint that may be called.

    Attributes
    ----------
    base_url : as it was given
    origin : scheme, host and port
    ip : to which the host led when it was looked up; no other is called
    is_inside : whether photos stay inside when they are sent there
    """

    base_url: str
    origin: str
    ip: str
    is_inside: bool


def place_of(base_url: str, private_origins: Collection[str] = ()) -> Place:
    """Return where an endpoint lies.

    Parameters
    ----------
    base_url
        Address under which the chat interface stands, as in ``https://api.example.org/v1``.
    private_origins
        Origins inside the network that the administrator allows; this machine itself is always allowed.

    Raises
    ------
    EndpointError
        If the address cannot be used, is not known, or may not be called.

    Examples
    --------
    >>> place_of("http://127.0.0.1:8000/v1")
    Place(base_url='http://127.0.0.1:8000/v1', origin='http://127.0.0.1:8000', ip='127.0.0.1', is_inside=True)
    >>> place_of("http://10.0.0.7:8000/v1")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    attacker.endpoint.chat.EndpointError: http://10.0.0.7:8000 leads inside the network...
    """
    require_plain(base_url)
    origin = origin_of(base_url)
    try:
        ips = ips_of(base_url)
    except OSError as error:
        raise EndpointError(f"{origin} is not known ({error}): look at the address") from error
    inside = [is_inside(ip) for ip in ips]
    if any(inside) and not all(map(is_this_machine, ips)) and origin not in private_origins:
        raise EndpointError(
            f"{origin} leads inside the network ({', '.join(ips)}); whoever runs this machine can allow that "
            f"with {PRIVATE_ORIGINS}={origin}"
        )
    if not all(inside) and urlsplit(base_url).scheme != "https":
        raise EndpointError(f"{origin} would get photos and key readable on the way: give an https address")
    return Place(base_url, origin, ips[0], all(inside))


def require_plain(base_url: str) -> None:
    """Refuse an address that is none, or holds a secret: it is written into the log.

    Raises
    ------
    EndpointError

    Examples
    --------
    >>> require_plain("https://api.example.org/v1")
    """
    try:
        parts = urlsplit(base_url)
        is_address = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise EndpointError("the base address begins with https:// or http://, and names a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise EndpointError(
            "the base address holds a name, password or query; give it without, and the key in the "
            "environment"
        )
