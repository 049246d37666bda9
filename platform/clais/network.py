import ipaddress


def is_loopback(host: str) -> bool:
    """Whether what is sent to `host`, an address or a name, stays on this machine. A name is not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
