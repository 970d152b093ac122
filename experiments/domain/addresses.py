"""Addresses of machines."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is the machine itself: only there may http do."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
