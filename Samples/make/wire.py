"""Frames and capture files, byte by byte: Ethernet II, IPv4 (RFC 791), TCP (RFC 9293), UDP (RFC 768), pcap and pcapng."""
import socket
import struct

from common import after, generator, write


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(source, target, protocol, payload, number):
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), number & 0xFFFF, 0x4000, 60, protocol, 0) + addresses
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    pseudo = addresses + struct.pack("!BBH", 0, protocol, len(payload))
    at = 16 if protocol == 6 else 6
    payload = payload[:at] + struct.pack("!H", checksum(pseudo + payload)) + payload[at + 2:]
    return b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x02" + b"\x08\0" + head + payload


def udp(source_port, target_port, payload):
    return struct.pack("!HHHH", source_port, target_port, 8 + len(payload), 0) + payload


SYN, FIN, RST, PSH, ACK = 2, 1, 4, 8, 16


def tcp(source_port, target_port, sequence, acknowledged, flags, payload=b""):
    return struct.pack(
        "!HHIIBBHHH", source_port, target_port, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 5 << 4, flags, 64240, 0, 0) + payload


class Capture:
    """Frames with their times, written in the order of time as pcap or pcapng (by the file's name)."""

    def __init__(self, path):
        self.path = path
        self.random = generator(path)
        self.frames = []
        self.number = self.random.randrange(1 << 16)

    def frame(self, moment, source, target, protocol, payload):
        self.number += 1
        self.frames.append((moment, len(self.frames), ipv4(source, target, protocol, payload, self.number)))

    def dialogue(self, moment, client, server, port, turns, gap=0.02):
        """A whole TCP connection. `turns`: (True for the client, bytes), cut into segments of 1,400 bytes. Answers the
        time of the last data."""
        source_port = self.random.randrange(32768, 60999)
        numbers = {True: self.random.randrange(1 << 31), False: self.random.randrange(1 << 31)}
        last = moment

        def send(mine, flags, payload=b""):
            nonlocal moment
            ends = (client, server, source_port, port) if mine else (server, client, port, source_port)
            acknowledged = numbers[not mine] if flags & ACK else 0
            self.frame(moment, ends[0], ends[1], 6, tcp(ends[2], ends[3], numbers[mine], acknowledged, flags, payload))
            numbers[mine] += len(payload) + (1 if flags & (SYN | FIN) else 0)
            moment = after(moment, gap)

        send(True, SYN)
        send(False, SYN | ACK)
        send(True, ACK)
        for mine, data in turns:
            for start in range(0, len(data), 1400):
                last = moment
                send(mine, PSH | ACK, data[start:start + 1400])
            send(not mine, ACK)
        send(True, FIN | ACK)
        send(False, FIN | ACK)
        send(True, ACK)
        return last

    def attempt(self, moment, client, server, port, answer=RST | ACK):
        """A SYN, and its refusal (or no answer at all)."""
        source_port = self.random.randrange(32768, 60999)
        number = self.random.randrange(1 << 31)
        self.frame(moment, client, server, 6, tcp(source_port, port, number, 0, SYN))
        if answer:
            self.frame(after(moment, 0.001), server, client, 6, tcp(port, source_port, 0, number + 1, answer))

    def dns(self, moment, client, server, name, kind=1, answer=None):
        """A question and its answer (bytes of the record's data; None: no such name)."""
        source_port, number = self.random.randrange(32768, 60999), self.random.randrange(1 << 16)
        question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0" + struct.pack("!HH", kind, 1)
        query = struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + question
        self.frame(moment, client, server, 17, udp(source_port, 53, query))
        reply = struct.pack("!HHHHHH", number, 0x8180 if answer else 0x8183, 1, 1 if answer else 0, 0, 0) + question
        if answer:
            reply += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(answer)) + answer
        self.frame(after(moment, 0.015), server, client, 17, udp(53, source_port, reply))

    def write(self):
        self.frames.sort(key=lambda entry: entry[:2])
        write(self.path, pcapng(self.frames) if self.path.endswith(".pcapng") else pcap(self.frames))


def microseconds(moment):
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def pcap(frames):
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for moment, _, data in frames:
        parts.append(struct.pack("<IIII", *divmod(microseconds(moment), 1_000_000), len(data), len(data)) + data)
    return b"".join(parts)


def pcapng(frames):
    """draft-ietf-opsawg-pcapng: section header, one interface, enhanced packets."""
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    parts = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), block(1, struct.pack("<HHI", 1, 0, 65535))]
    for moment, _, data in frames:
        high, low = divmod(microseconds(moment), 1 << 32)
        parts.append(block(6, struct.pack("<IIIII", 0, high, low, len(data), len(data)) + data))
    return b"".join(parts)
