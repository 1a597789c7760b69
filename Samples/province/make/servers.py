"""What each host runs, and how it is set up: the real servers of Debian with the least configuration that an agency would
have. Waiting that is meant to slow guessing is off (PAM's and the servers' own), because a second of a run may stand for
minutes of the day; the pace of guessing is set by who guesses."""

import json
import os
import subprocess

import lab
import names
import sites

HERE = os.path.dirname(os.path.abspath(__file__))
HOSTS = {
    "web-01": ("br-dmz", "10.20.1.10", "10.20.1.1"),
    "mail-01": ("br-dmz", "10.20.1.25", "10.20.1.1"),
    "file-01": ("br-dmz", "10.20.1.21", "10.20.1.1"),
    "dns-01": ("br-dmz", "10.20.1.53", "10.20.1.1"),
    "lgsp-01": ("br-dc", "10.20.2.30", "10.20.2.1"),
    "app-01": ("br-dc", "10.20.2.20", "10.20.2.1"),
}
PUBLISHED = [
    ("10", "tcp", "80,443,22", "10.20.1.10"),
    ("25", "tcp", "25,143,993,587", "10.20.1.25"),
    ("21", "tcp", "21,22,30000-30099", "10.20.1.21"),
    ("53", "tcp", "53", "10.20.1.53"),
    ("53", "udp", "53", "10.20.1.53"),
    ("11", "tcp", "8080", "10.20.2.30"),
]

SYSLOG = """module(load="imuxsock" SysSock.RateLimit.Interval="0")
global(preserveFQDN="off")
template(name="full" type="string" string="%timegenerated:::date-rfc3339% %HOSTNAME% %syslogtag%%msg:::sp-if-no-1st-sp%%msg:::drop-last-lf%\\n")
*.* action(type="omfile" file="/var/log/collected/syslog" template="full")
auth,authpriv.* action(type="omfile" file="/var/log/auth.log")
"""
PAM = """auth [success=1 default=ignore] pam_unix.so nullok nodelay
auth requisite pam_deny.so
auth required pam_permit.so
"""
SSHD = """Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 30:30:100
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
"""
START = """export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
mkdir -p /run/sshd /run/php /run/named /run/dovecot; chmod 777 /var/log/collected; rm -f /var/log/auth.log
rsyslogd -n -iNONE & sleep 0.5
"""
COMMON = {
    "/etc/rsyslog.conf": SYSLOG,
    "/etc/pam.d/common-auth": PAM,
    "/etc/ssh/sshd_config": SSHD,
    "/etc/resolv.conf": "nameserver 10.20.1.53\noptions timeout:1 attempts:1\n",
}


def hashed(password):
    return subprocess.run(
        ["openssl", "passwd", "-5", password], check=True, capture_output=True, text=True
    ).stdout.strip()


def accounts(people, shell="/bin/bash", more=""):
    return "".join(
        f"useradd -M -d /home/{user} -s {shell} {more} -p '{hashed(word)}' {user} && mkdir -p /home/{user} && "
        f"chown {user} /home/{user} && chmod 700 /home/{user}\n"
        for user, _, word in people
    )


def ssh():
    return (
        "[ -f /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key\n"
        "/usr/sbin/sshd\n"
    )


def certificate(folder):
    """One certificate for everything that speaks TLS."""
    key, crt = folder + "/tls.key", folder + "/tls.crt"
    if not os.path.exists(crt):
        lab.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "900",
                "-subj",
                f"/CN=*.{names.DOMAIN}",
                "-addext",
                f"subjectAltName=DNS:*.{names.DOMAIN}",
                "-keyout",
                key,
                "-out",
                crt,
            ],
            stderr=subprocess.DEVNULL,
        )
    made = {}
    for name, path in (("key", key), ("crt", crt)):
        with open(path) as text:
            made["/etc/ssl/tinh." + name] = text.read()
    return made


NGINX = """user www-data; worker_processes 1; pid /run/nginx.pid; %s
error_log syslog:server=unix:/dev/log,facility=local5,tag=nginx,nohostname error;
events { worker_connections 2000; }
http {
  include /etc/nginx/mime.types; default_type application/octet-stream; sendfile on; tcp_nopush on; server_tokens off;
  keepalive_timeout 20; client_max_body_size 9m; gzip on; gzip_types text/css application/javascript application/json;
  server_names_hash_bucket_size 128; charset utf-8; absolute_redirect off;
  log_format one '$msec $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                 '"$http_referer" "$http_user_agent"';
  log_format many '$msec $host:$server_port $remote_addr - $remote_user [$time_local] "$request" $status '
                  '$body_bytes_sent "$http_referer" "$http_user_agent"';
  %s
}
"""
PORTAL = """server { listen 80%(default)s; listen 443 ssl%(default)s; server_name %(host)s.%(domain)s;
  ssl_certificate /etc/ssl/tinh.crt; ssl_certificate_key /etc/ssl/tinh.key; root /srv/www/%(host)s;
  access_log /var/log/collected/%(log)s; error_page 404 /404.html; index index.html index.php;
  location /tai-nguyen/ { root /srv/www/_chung; expires 7d; } location = /favicon.ico { root /srv/www/_chung; expires 7d; }
  location ~ \\.php$ { try_files $uri =404; include fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$uri;
    fastcgi_pass unix:/run/php/fpm.sock; }
  location / { try_files $uri $uri.html $uri/ =404; } }
"""
PROXIED = """server { listen 80; listen 443 ssl; server_name dichvucong.%(domain)s; ssl_certificate /etc/ssl/tinh.crt;
  ssl_certificate_key /etc/ssl/tinh.key; access_log /var/log/collected/dichvucong-access.log one;
  location /tai-nguyen/ { root /srv/www/_chung; expires 7d; } location = /favicon.ico { root /srv/www/_chung; }
  location / { proxy_pass http://10.20.2.20:8000; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; } }
"""
FPM = """[global]
pid = /run/php/fpm.pid
error_log = syslog
[www]
user = www-data
group = www-data
listen = /run/php/fpm.sock
listen.owner = www-data
pm = static
pm.max_children = 4
clear_env = yes
"""


def web(tls, people):
    blocks = PROXIED % {"domain": names.DOMAIN}
    for host, log in [("cong", "portal-access.log one")] + [
        (h, "agencies-access.log many") for h, _ in names.AGENCIES
    ]:
        blocks += PORTAL % {
            "host": host,
            "log": log,
            "domain": names.DOMAIN,
            "default": " default_server" if host == "cong" else "",
        }
    files = dict(COMMON, **sites.files(), **tls)
    files["/etc/nginx/nginx.conf"] = NGINX % ("", blocks)
    files["/etc/php/8.2/fpm/php-fpm.conf"] = FPM
    start = (
        START
        + accounts(people)
        + ssh()
        + "chown -R www-data /srv/www/soxaydung\nphp-fpm8.2 -F -y /etc/php/8.2/fpm/php-fpm.conf &\nnginx\n"
    )
    return files, start


def gateway_keys(rng):
    """(client, key, address) of each system that may ask the gateway."""
    made = []
    for n, (host, _) in enumerate(names.AGENCIES[:12]):
        made.append((host + "-api", f"{rng.getrandbits(128):032x}", f"10.30.{n + 1}.{rng.randrange(10, 200)}"))
    return made


LGSP = """log_format lgsp escape=json '{"msec":$msec,"time":"$time_iso8601","remote_addr":"$remote_addr","request_method":'
    '"$request_method","request_uri":"$request_uri","status":$status,"body_bytes_sent":$body_bytes_sent,"request_length":'
    '$request_length,"request_time":$request_time,"api_client":"$api_client","http_user_agent":"$http_user_agent",'
    '"http_x_don_vi":"$http_x_don_vi"}';
  map $http_x_api_key $api_client { default ""; %s }
  server { listen 8080 default_server; server_name lgsp.%s; access_log /var/log/collected/lgsp-access.log lgsp;
    location / { if ($api_client = "") { return 401; } proxy_pass http://10.20.2.20:9000; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; } }"""


def gateway(keys):
    pairs = " ".join(f'"{key}" "{client}";' for client, key, _ in keys)
    files = dict(COMMON)
    files["/etc/nginx/nginx.conf"] = NGINX % ("", LGSP % (pairs, names.DOMAIN))
    return files, START + ssh() + "nginx\n"


def applications(people, citizens):
    files = dict(COMMON, **{"/opt/tinh/accounts.json": json.dumps(citizens, ensure_ascii=False)})
    for name in ("app.py", "names.py"):
        with open(f"{HERE}/{name}", "rb") as text:
            files["/opt/tinh/" + name] = text.read()
    start = (
        START
        + accounts(people)
        + ssh()
        + "cd /opt/tinh; /usr/bin/python3 app.py dichvucong 8000 /var/log/collected/dichvucong.jsonl"
        " accounts.json &\n"
        "/usr/bin/python3 app.py lgsp 9000 /var/log/collected/trucvb.jsonl accounts.json &\n"
    )
    return files, start


BIND = """options { directory "/var/cache/bind"; forward only; forwarders { 192.0.2.53; }; recursion yes;
  allow-recursion { 10.0.0.0/8; 127.0.0.0/8; }; allow-query { any; }; dnssec-validation no; listen-on-v6 { none; };
  qname-minimization off; rate-limit { responses-per-second 0; }; minimal-responses yes; };
logging { channel hoi { file "/var/log/collected/queries.log"; print-time iso8601; print-category yes; print-severity yes; };
  channel he-thong { syslog daemon; severity notice; print-category yes; }; category queries { hoi; };
  category default { he-thong; }; category lame-servers { null; }; category query-errors { null; }; };
zone "%(domain)s" { type primary; file "/etc/bind/tinh.zone"; allow-transfer { any; }; };
"""


def resolver():
    zone = "$TTL 3600\n@ SOA dns quantri 2026031201 3600 600 604800 300\n@ NS dns\n@ MX 10 mail\ndns A 203.0.113.53\n"
    zone = zone.replace("203.0.113.53", "203.0.113.5")
    for host in ["cong", "dichvucong"] + [h for h, _ in names.AGENCIES]:
        zone += f"{host} A 203.0.113.10\n"
    zone += "@ A 203.0.113.10\nmail A 203.0.113.12\ntep A 203.0.113.13\nlgsp A 203.0.113.11\nvpn A 203.0.113.14\n"
    files = dict(COMMON, **{"/etc/bind/named.conf": BIND % {"domain": names.DOMAIN}, "/etc/bind/tinh.zone": zone})
    return files, START + ssh() + "chown -R bind /run/named /var/cache/bind; named -u bind -c /etc/bind/named.conf\n"


DOVECOT = """protocols = imap
listen = *
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
ssl = yes
ssl_cert = </etc/ssl/tinh.crt
ssl_key = </etc/ssl/tinh.key
passdb {
  driver = pam
}
userdb {
  driver = passwd
}
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0666
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""
POSTFIX = f"""compatibility_level = 3.6
myhostname = mail.{names.DOMAIN}
mydomain = {names.DOMAIN}
mydestination = {names.DOMAIN}, localhost
mynetworks = 127.0.0.0/8 10.20.0.0/16
inet_protocols = ipv4
home_mailbox = Maildir/
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = yes
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 200
smtpd_tls_cert_file = /etc/ssl/tinh.crt
smtpd_tls_key_file = /etc/ssl/tinh.key
smtpd_tls_security_level = may
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
relayhost = [192.0.2.25]
smtp_host_lookup = native
queue_run_delay = 30s
"""
MASTER = """
submission inet n - n - - smtpd -o syslog_name=postfix/submission
"""


def mail(tls, people):
    files = dict(COMMON, **tls)
    files["/etc/dovecot/dovecot.conf"] = DOVECOT
    files["/etc/postfix/main.cf"] = POSTFIX
    with open("/usr/share/postfix/master.cf.dist") as text:
        files["/etc/postfix/master.cf"] = text.read() + MASTER
    start = (
        START
        + accounts(people, "/usr/sbin/nologin")
        + ssh()
        + "postconf -F '*/*/chroot = n'; newaliases; mkdir -p /var/spool/postfix/private\n"
        "dovecot; sleep 0.5; postfix start >/dev/null 2>&1; chmod 666 /var/spool/postfix/private/auth\n"
    )
    return files, start


VSFTPD = """listen=YES
listen_ipv6=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
syslog_enable=YES
xferlog_enable=YES
pam_service_name=vsftpd
pasv_min_port=30000
pasv_max_port=30099
seccomp_sandbox=NO
delay_failed_login=0
delay_successful_login=0
max_login_fails=4
"""


def files_host(people, keeper):
    files = dict(COMMON, **{"/etc/vsftpd.conf": VSFTPD})
    files["/etc/sudoers.d/kho"] = f"{keeper} ALL=(ALL) NOPASSWD: ALL\n"
    start = (
        START
        + accounts(people)
        + "chmod 440 /etc/sudoers.d/kho\n"
        + ssh()
        + "mkdir -p /var/run/vsftpd/empty /srv/sao-luu; chmod 777 /srv/sao-luu; vsftpd /etc/vsftpd.conf &\n"
    )
    return files, start


ULOGD = """[global]
logfile="/var/log/ulogd.log"
loglevel=5
plugin="/usr/lib/x86_64-linux-gnu/ulogd/ulogd_inppkt_NFLOG.so"
plugin="/usr/lib/x86_64-linux-gnu/ulogd/ulogd_filter_IFINDEX.so"
plugin="/usr/lib/x86_64-linux-gnu/ulogd/ulogd_filter_IP2STR.so"
plugin="/usr/lib/x86_64-linux-gnu/ulogd/ulogd_filter_PRINTPKT.so"
plugin="/usr/lib/x86_64-linux-gnu/ulogd/ulogd_filter_HWHDR.so"
plugin="/usr/lib/x86_64-linux-gnu/ulogd/ulogd_output_SYSLOG.so"
plugin="/usr/lib/x86_64-linux-gnu/ulogd/ulogd_raw2packet_BASE.so"
stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,mac2str1:HWHDR,print1:PRINTPKT,sys1:SYSLOG
[log1]
group=1
netlink_qthreshold=1
netlink_qtimeout=1
[sys1]
facility=LOG_LOCAL3
"""
OPENVPN = """local 203.0.113.14
port 1194
proto udp
dev tun0
ca /etc/ssl/tinh.crt
cert /etc/ssl/tinh.crt
key /etc/ssl/tinh.key
dh none
server 10.8.0.0 255.255.255.0
topology subnet
push "route 10.20.0.0 255.255.0.0"
keepalive 10 120
verify-client-cert none
username-as-common-name
auth-user-pass-verify /etc/openvpn/hoi.sh via-file
script-security 2
duplicate-cn
verb 3
syslog openvpn
"""


def firewall():
    dnat = "".join(
        f"    ip daddr 203.0.113.{outer(n)} {proto} dport {{ {ports} }} dnat to {to}\n"
        for n, proto, ports, to in PUBLISHED
    )
    return f"""table ip nat {{
  chain pre {{ type nat hook prerouting priority -100;
{dnat}  }}
  chain post {{ type nat hook postrouting priority 100;
    oifname "eth-net" ip saddr 10.20.0.0/16 snat to 203.0.113.2
  }}
}}
table ip filter {{
  chain forward {{ type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ct status dnat tcp dport {{ 22, 21, 8080 }} log prefix "TUONG-LUA ACCEPT " group 1 queue-threshold 1
    ct status dnat accept
    ip daddr 10.20.1.53 meta l4proto {{ tcp, udp }} th dport 53 accept
    iifname "eth-net" log prefix "TUONG-LUA DROP " group 1 queue-threshold 1 drop
    iifname "eth-lan" accept
    iifname "eth-wan" ip daddr 10.20.2.30 tcp dport 8080 accept
    iifname "tun0" accept
    iifname "br-dmz" ip daddr 10.20.2.20 tcp dport 8000 accept
    iifname "br-dmz" ip daddr 10.20.0.0/16 log prefix "TUONG-LUA DROP " group 1 queue-threshold 1 drop
    iifname "br-dmz" accept
    iifname "br-dc" ip daddr 10.20.1.21 tcp dport 22 accept
    log prefix "TUONG-LUA DROP " group 1 queue-threshold 1 drop
  }}
  chain input {{ type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname "lo" accept
    ip daddr 203.0.113.14 udp dport 1194 accept
    icmp type echo-request accept
    log prefix "TUONG-LUA DROP " group 1 queue-threshold 1 drop
  }}
}}
"""


def outer(last):
    """The public address of a published host: all lie in the province's 203.0.113.0/28."""
    return {"10": "10", "25": "12", "21": "13", "53": "5", "11": "11"}[last]


def gate(tls, people):
    files = dict(COMMON, **tls)
    files["/etc/nftables.conf"] = firewall()
    files["/etc/ulogd.conf"] = ULOGD
    files["/etc/openvpn/server.conf"] = OPENVPN
    files["/etc/openvpn/nguoi-dung"] = "".join(f"{user} {word}\n" for user, _, word in people)
    files["/etc/openvpn/hoi.sh"] = (
        '#!/bin/sh\nu=$(sed -n 1p $1); p=$(sed -n 2p $1)\ngrep -qxF "$u $p" /etc/openvpn/nguoi-dung\n'
    )
    start = (
        START
        + "sysctl -qw net.bridge.bridge-nf-call-iptables=0; nft -f /etc/nftables.conf; ulogd -d -c /etc/ulogd.conf\n"
        "openvpn --cd /etc/openvpn --config server.conf &\n"
    )
    return files, start
