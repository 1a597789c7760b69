"""The same province with other servers: Apache for nginx in front of the portals, Unbound for BIND, ProFTPD for vsftpd. What
stands behind boxes of their own makers (firewall, gateway of interfaces, application server) stays what it is in the run;
its log is written down as those makers' products write it (`other_logs.py`)."""

import names
import servers
import sites

MODULES = (
    "mpm_event authz_core authz_host mime dir alias negotiation env setenvif deflate filter "
    "expires headers proxy proxy_http proxy_fcgi ssl socache_shmcb reqtimeout"
)
APACHE = """ServerRoot /etc/apache2
DefaultRuntimeDir /run
PidFile /run/apache2.pid
Mutex posixsem
%(modules)s
User www-data
Group www-data
Listen 80
Listen 443 https
StartServers 1
ServerLimit 2
ThreadsPerChild 64
MaxRequestWorkers 128
ServerName web-01.%(domain)s
ServerTokens Prod
ServerSignature Off
KeepAliveTimeout 20
LimitRequestBody 9437184
TypesConfig /etc/mime.types
AddDefaultCharset utf-8
DirectoryIndex index.html index.php
ErrorDocument 404 /404.html
AddOutputFilterByType DEFLATE text/html text/css application/javascript application/json
ErrorLog /var/log/collected/error.log
LogLevel warn
LogFormat "%%{sec}t.%%{msec_frac}t %%h %%l %%u %%t \\"%%r\\" %%>s %%O \\"%%{Referer}i\\" \\"%%{User-Agent}i\\"" one
LogFormat "%%{sec}t.%%{msec_frac}t %%v:%%p %%h %%l %%u %%t \\"%%r\\" %%>s %%O \\"%%{Referer}i\\" \\"%%{User-Agent}i\\"" many
SSLSessionCache shmcb:/run/ssl(512000)
SSLCertificateFile /etc/ssl/tinh.crt
SSLCertificateKeyFile /etc/ssl/tinh.key
<Directory />
  Require all denied
</Directory>
<Directory /srv/www>
  Options -Indexes +MultiViews +FollowSymLinks
  Require all granted
</Directory>
Alias /tai-nguyen/ /srv/www/_chung/tai-nguyen/
Alias /favicon.ico /srv/www/_chung/favicon.ico
<FilesMatch "\\.php$">
  SetHandler "proxy:unix:/run/php/fpm.sock|fcgi://localhost/"
</FilesMatch>
%(hosts)s
"""
HOST = """<VirtualHost *:%(port)d>
  ServerName %(host)s.%(domain)s
  DocumentRoot /srv/www/%(host)s
  CustomLog /var/log/collected/%(log)s
  %(more)s
</VirtualHost>
"""
BEHIND = """ProxyPreserveHost On
  ProxyPass /tai-nguyen/ !
  ProxyPass /favicon.ico !
  ProxyPass / http://10.20.2.20:8000/
  RequestHeader unset X-Forwarded-For"""


def virtual_hosts():
    everybody = [("cong", "portal-access.log one", ""), ("dichvucong", "dichvucong-access.log one", BEHIND)]
    everybody += [(host, "agencies-access.log many", "") for host, _ in names.AGENCIES]
    made = ""
    for host, log, more in everybody:
        for port in (80, 443):
            tls = "SSLEngine on\n  " if port == 443 else ""
            made += HOST % {"port": port, "host": host, "domain": names.DOMAIN, "log": log, "more": tls + more}
    return made


def web(tls, people):
    modules = "\n".join(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in MODULES.split())
    files = dict(servers.COMMON, **sites.files(), **tls)
    files["/etc/apache2/apache2.conf"] = APACHE % {
        "modules": modules,
        "domain": names.DOMAIN,
        "hosts": virtual_hosts(),
    }
    files["/etc/php/8.2/fpm/php-fpm.conf"] = servers.FPM
    start = (
        servers.START
        + servers.accounts(people)
        + servers.ssh()
        + "mkdir -p /srv/www/dichvucong; chown -R www-data /srv/www/soxaydung\n"
        "php-fpm8.2 -F -y /etc/php/8.2/fpm/php-fpm.conf &\nTZ=UTC apache2 -f /etc/apache2/apache2.conf -k start\n"
    )
    return files, start


UNBOUND = """server:
  interface: 0.0.0.0
  do-ip6: no
  username: ""
  chroot: ""
  directory: "/etc/unbound"
  pidfile: "/run/unbound.pid"
  module-config: "iterator"
  access-control: 10.0.0.0/8 allow
  access-control: 127.0.0.0/8 allow
  access-control: 0.0.0.0/0 refuse_non_local
  do-not-query-localhost: no
  qname-minimisation: no
  use-caps-for-id: no
  minimal-responses: yes
  use-syslog: yes
  log-queries: yes
  log-replies: yes
  log-tag-queryreply: yes
  local-zone: "%(domain)s" static
%(data)s
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 192.0.2.53
"""


def resolver():
    domain = names.DOMAIN
    records = [(f"{host}.{domain}.", "10") for host in ["cong", "dichvucong"] + [h for h, _ in names.AGENCIES]]
    records += [(domain + ".", "10")]
    records += [(f"{name}.{domain}.", last) for name, last in zip("dns mail tep lgsp vpn".split(), "5 12 13 11 14".split())]
    lines = [f"{name} 3600 IN A 203.0.113.{last}" for name, last in records]
    lines += [
        f"{domain}. 3600 IN SOA dns.{domain}. quantri.{domain}. 2026031201 3600 600 604800 300",
        f"{domain}. 3600 IN NS dns.{domain}.",
        f"{domain}. 3600 IN MX 10 mail.{domain}.",
    ]
    data = "\n".join(f'  local-data: "{line}"' for line in lines)
    files = dict(servers.COMMON, **{"/etc/unbound/tinh.conf": UNBOUND % {"domain": domain, "data": data}})
    return files, servers.START + servers.ssh() + "unbound -d -c /etc/unbound/tinh.conf &\n"


PROFTPD = """ServerName "Kho tep"
ServerType standalone
DefaultServer on
Port 21
UseIPv6 off
User proftpd
Group nogroup
MaxInstances 80
UseReverseDNS off
RequireValidShell off
AuthOrder mod_auth_pam.c* mod_auth_unix.c
PassivePorts 30000 30099
MaxLoginAttempts 4
SyslogFacility AUTH
SyslogLevel info
TransferLog NONE
LogFormat chuyen "%{epoch}.%{millisecs}|%T|%a|%b|%f|%m|%U"
ExtendedLog /var/log/collected/xferlog READ,WRITE chuyen
<Directory />
  AllowOverwrite on
</Directory>
"""


def files_host(people, keeper):
    files = dict(servers.COMMON, **{"/etc/proftpd/tinh.conf": PROFTPD})
    files["/etc/hosts"] = "127.0.0.1 localhost\n10.20.1.21 file-01\n"  # it will not start under an unknown name
    files["/etc/sudoers.d/kho"] = f"{keeper} ALL=(ALL) NOPASSWD: ALL\n"
    start = (
        servers.START
        + servers.accounts(people)
        + "chmod 440 /etc/sudoers.d/kho\n"
        + servers.ssh()
        + "chmod 755 /var/log/collected; mkdir -p /run/proftpd /srv/sao-luu; chmod 777 /srv/sao-luu; proftpd -c /etc/proftpd/tinh.conf\n"
    )
    return files, start
