"""A database of places of addresses for documentation, in MaxMind's format (https://maxmind.github.io/MaxMind-DB/)."""
import ipaddress
import struct

from common import write

PLACES = [
    # network, country, latitude, longitude, radius in km, autonomous system (RFC 5398: 64496 to 64511)
    ("203.0.113.0/25", "VN", 21.03, 105.85, 20, 64496),
    ("203.0.113.128/25", "VN", 10.82, 106.63, 20, 64497),
    ("198.51.100.0/24", "DE", 50.11, 8.68, 50, 64498),
    ("192.0.2.0/24", "BR", -23.55, -46.63, 100, 64499),
    ("2001:db8::/32", "JP", 35.69, 139.69, 50, 64500),
]


def text(value):
    data = value.encode()
    return bytes([0x40 | len(data)]) + data


def unsigned(value, width):
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    kind = {2: 5, 4: 6, 8: 9}[width]
    return (bytes([kind << 5 | len(data)]) if kind < 7 else bytes([len(data), kind - 7])) + data


def double(value):
    return bytes([3 << 5 | 8]) + struct.pack(">d", value)


def table(pairs):
    return bytes([7 << 5 | len(pairs)]) + b"".join(text(key) + value for key, value in pairs)


def record(country, north, east, radius, system):
    location = table([("accuracy_radius", unsigned(radius, 2)), ("latitude", double(north)), ("longitude", double(east))])
    return table([("country", table([("iso_code", text(country))])), ("location", location),
                  ("autonomous_system_number", unsigned(system, 4))])


def tree(networks):
    """Nodes of two children each: None, the number of a node, or -1 less the number of a record."""
    nodes = [[None, None]]
    for number, network in enumerate(networks):
        bits, length = int(network.network_address), network.prefixlen
        if network.version == 4:
            length += 96
        node = 0
        for depth in range(length):
            side = bits >> (127 - depth) & 1
            if depth == length - 1:
                nodes[node][side] = -1 - number
            else:
                if nodes[node][side] is None:
                    nodes.append([None, None])
                    nodes[node][side] = len(nodes) - 1
                node = nodes[node][side]
    return nodes


def make(answers):
    data, offsets = b"", []
    for place in PLACES:
        offsets.append(len(data))
        data += record(*place[1:])
    nodes = tree([ipaddress.ip_network(place[0]) for place in PLACES])

    def value(child):
        if child is None:
            return len(nodes)
        return child if child >= 0 else len(nodes) + 16 + offsets[-1 - child]

    body = b"".join(value(child).to_bytes(3, "big") for node in nodes for child in node)
    about = table([
        ("binary_format_major_version", unsigned(2, 2)), ("binary_format_minor_version", unsigned(0, 2)),
        ("build_epoch", unsigned(1773273600, 8)), ("database_type", text("Documentation")), ("description", table([])),
        ("ip_version", unsigned(6, 2)), ("languages", bytes([0, 11 - 7])), ("node_count", unsigned(len(nodes), 4)),
        ("record_size", unsigned(24, 2))])
    write("places.mmdb", body + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + about)
