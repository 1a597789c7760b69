import Events
import Testing

/// Messages written after the programs' sources, with what they mean.
let applicationLines: [(program: String, message: String, expected: [String: String])] = [
    (
        "sshd[1]", "Failed password for invalid user admin from 203.0.113.7 port 4711 ssh2",
        [
            "user.name": "admin", "source.ip": "203.0.113.7", "source.port": "4711", "event.outcome": "failure",
            "ssh.method": "password",
        ]
    ),
    (
        "sshd[1]", "Failed none for root from 203.0.113.7 port 4711 ssh2",
        ["user.name": "root", "event.outcome": "failure"]
    ),
    (
        "sshd-session[1]", "Accepted publickey for deploy from 2001:db8::7 port 4711 ssh2: ED25519 SHA256:abc",
        [
            "user.name": "deploy", "source.ip": "2001:db8::7", "event.outcome": "success",
            "ssh.key.fingerprint": "SHA256:abc",
        ]
    ),
    (
        "sshd[1]", "Connection closed by authenticating user root 203.0.113.7 port 4711 [preauth]",
        ["user.name": "root", "source.ip": "203.0.113.7", "event.category": "session"]
    ),
    (
        "sshd[1]", "error: maximum authentication attempts exceeded for root from 203.0.113.7 port 4711 ssh2 [preauth]",
        ["user.name": "root", "source.ip": "203.0.113.7", "event.outcome": "failure"]
    ),
    (
        "sshd[1]", "Received disconnect from 203.0.113.7 port 4711:11: Bye Bye [preauth]",
        ["source.ip": "203.0.113.7", "event.action": "ssh_disconnect"]
    ),
    ("sshd[1]", "Did not receive identification string from 203.0.113.7 port 4711", ["source.ip": "203.0.113.7"]),
    (
        "sshd[1]",
        "Unable to negotiate with 203.0.113.7 port 4711: no matching key exchange method found. Their offer: x "
            + "[preauth]",
        ["source.ip": "203.0.113.7", "source.port": "4711"]
    ),
    (
        "sshd[1]",
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  "
            + "user=root",
        ["source.ip": "203.0.113.7", "user.name": "root", "event.outcome": "failure", "service.name": "sshd:auth"]
    ),
    (
        "sshd[1]",
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=h.example.org",
        ["source.address": "h.example.org", "event.outcome": "failure"]
    ),
    (
        "sudo", "  deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/bin/cat /etc/shadow",
        [
            "user.name": "deploy", "user.effective.name": "root", "process.command_line": "/bin/cat /etc/shadow",
            "event.outcome": "success",
        ]
    ),
    (
        "sudo", "deploy : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
        ["user.name": "deploy", "event.outcome": "failure", "event.action": "sudo_refused"]
    ),
    (
        "sudo", "mallory : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
        ["user.name": "mallory", "event.outcome": "failure", "event.reason": "not_in_sudoers"]
    ),
    (
        "su[1]", "FAILED SU (to root) deploy on pts/0",
        ["user.name": "deploy", "user.effective.name": "root", "event.outcome": "failure"]
    ),
    ("su[1]", "(to root) deploy on pts/0", ["user.name": "deploy", "event.outcome": "success"]),
    (
        "useradd[1]", "new user: name=backdoor, UID=0, GID=0, home=/root, shell=/bin/bash, from=/dev/pts/1",
        ["user.target.name": "backdoor", "user.target.id": "0", "event.action": "user_added", "event.category": "iam"]
    ),
    ("usermod[1]", "add 'deploy' to group 'sudo'", ["user.target.name": "deploy", "group.name": "sudo"]),
    ("userdel[1]", "delete user 'deploy'", ["user.target.name": "deploy", "event.action": "user_removed"]),
    ("groupadd[1]", "new group: name=ops, GID=1005", ["group.name": "ops", "event.action": "group_added"]),
    (
        "passwd[1]", "pam_unix(passwd:chauthtok): password changed for deploy",
        ["user.target.name": "deploy", "event.category": "iam"]
    ),
    ("chage[1]", "changed password expiry for deploy", ["user.target.name": "deploy"]),
    (
        "CRON[1]", "(root) CMD (run-parts /etc/cron.hourly)",
        ["user.name": "root", "process.command_line": "run-parts /etc/cron.hourly"]
    ),
    (
        "kernel",
        "[  12.5] [UFW BLOCK] IN=eth0 OUT= MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC=203.0.113.7 "
            + "DST=192.0.2.1 LEN=40 PROTO=TCP SPT=4711 DPT=22 WINDOW=1 SYN URGP=0",
        [
            "source.ip": "203.0.113.7", "destination.port": "22", "event.action": "denied", "tcp.flags": "SYN",
            "rule.name": "[UFW BLOCK]",
        ]
    ),
    ("systemd-logind[1]", "New session 5 of user deploy.", ["user.name": "deploy", "event.action": "session_opened"]),
    (
        "dovecot",
        "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<a@example.org>, method=PLAIN, "
            + "rip=203.0.113.7, lip=192.0.2.1, session=<x>",
        ["user.name": "a@example.org", "source.ip": "203.0.113.7", "event.outcome": "failure"]
    ),
    ("vsftpd[1]", "[deploy] FAIL LOGIN: Client \"203.0.113.7\"", ["user.name": "deploy", "source.ip": "203.0.113.7"]),
    (
        "named[1]", "client @0x7f 203.0.113.7#4711 (example.org): query (cache) 'example.org/ANY/IN' denied",
        ["source.ip": "203.0.113.7", "dns.question.name": "example.org", "event.outcome": "failure"]
    ),
    (
        "sshd[1]", "refused connect from mail.example.org (203.0.113.7)",
        ["source.ip": "203.0.113.7", "event.outcome": "failure"]
    ),
    (
        "netfilter", "CRIT: Banning 203.0.113.7/32 for 60 minutes",
        ["source.ip": "203.0.113.7", "event.action": "ban", "event.category": "intrusion_detection"]
    ),
    (
        "sshguard[1]", "Blocking \"203.0.113.7/32\" for 120 secs (3 attacks in 1 secs, after 1 abuses over 1 secs.)",
        ["source.ip": "203.0.113.7", "event.action": "ban"]
    ),
    (
        "jellyfin", "Authentication request for \"an\" has been denied (IP: \"203.0.113.7\").",
        ["source.ip": "203.0.113.7", "event.outcome": "failure"]
    ),
    (
        "dropbear[1]", "Bad password attempt for 'root' from 203.0.113.7:4711",
        ["user.name": "root", "source.port": "4711"]
    ),
]

@Test(arguments: applicationLines.indices)
func applicationMessage(_ index: Int) throws {
    let (program, message, expected) = applicationLines[index]
    let event = try event("Mar 12 02:58:01 web-01 \(program): \(message)")
    for (name, value) in expected { #expect(event[name] == value, "\(name) of \(message): \(event.fields)") }
    #expect(!event.flags.contains(.messageNotUnderstood))
}

@Test func unknownProgramIsCountedAsSuch() throws {
    let event = try event("Mar 12 02:58:01 web-01 frobnicator[4]: all is well with the world")
    #expect(event.source == .syslog)
    #expect(event.flags.contains(.messageNotUnderstood))
    #expect(event["host.hostname"] == "web-01")
}
