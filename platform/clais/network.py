import ipaddress


def is_loopback(host: str) -> bool:
    """Whether `host`, an IP address or a name, is this machine. A name is not resolved."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
