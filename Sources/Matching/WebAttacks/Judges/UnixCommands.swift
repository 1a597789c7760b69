/// Commands of Unix systems.
enum UnixCommands {
    /// Whether a word of this kind is a command wherever it stands.
    static func isSure(_ kind: UInt8) -> Bool { kind == 1 || kind == 3 }

    static let table = WordTable([
        // Words that nobody writes but to run them.
        (
            3,
            """
            ansible ansible-config ansible-console ansible-doc ansible-galaxy ansible-inventory ansible-playbook \
            ansible-pull ansible-test ansible-vault apt-get bsdtar chef chef-client chef-run chef-shell chef-solo \
            chef-vault cscli dmidecode easy_install fgrep egrep getfacl setfacl ifconfig iptables journalctl jjs \
            lsb_release lwp-download mawk mkfifo mknod modprobe netstat nc.traditional ncat nslookup pkexec printenv \
            pdksh popd pushd pgrep pkill rbash rmuser rvim rview sftp sha256sum md5sum socat sshpass strace sysctl \
            tcpdump tcsh traceroute unlzma unxz useradd usermod userdel vipw vigr visudo vmstat whoami xargs xmodmap \
            xxd zgrep zmore kubectl cpulimit chpasswd crontab base32 base64 busybox hping3 insmod rmmod
            """
        ),
        // Words of no language but the shell's.
        (
            1,
            """
            adduser alias ansible ansible-console ansible-galaxy ansible-inventory ansible-playbook ansible-pull \
            apropos apt apt-get arch arp awk base32 base64 bash bsdtar bunzip2 busybox bzip2 capsh cat chef-run \
            chef-shell chgrp chmod chown chpasswd chroot chsh cksum clang cobc composer cpio cpulimit crontab cscli \
            csh csplit cupsfilter curl dd df diff dig dmesg dmidecode dnf docker dpkg du easy_install echo egrep env \
            eval expr fdisk fgrep ftp gawk gcc gcore gdb getent getfacl gimp git grep groupadd gunzip gzip halt \
            hexdump hostname htop iconv id ifconfig insmod ionice ip iptables irb jjs journalctl jq ksh kubectl \
            lastlog ldconfig ln logname ls lsb_release lsblk lscpu lsmod lsof lspci ltrace lua luajit lwp-download \
            mawk mknod mkdir mkfifo modprobe mongo mtr mv mysql mysqldump nano nasm nawk nc nc.traditional ncat netcat \
            netstat ngrok nl nmap nohup npm nroff nsenter nslookup ntpdate od openssl openvpn passwd pdksh perl perl5 \
            pgrep php php5 php7 ping pip pkexec pkill popd powershell printenv printf ps psftp psql ptx pushd pwd \
            python python2 python3 rbash rcp readlink realpath restic rlogin rm rmdir rmuser rnano rpm rsync ruby rvim \
            rview scp sed setarch setfacl sftp sh sha1sum sha256sum md5sum showmount shred shuf sleep smbclient socat \
            ssh sshpass strace stty su sudo sysctl systemctl tac tar tcl tclsh tcpdump tcsh tee telnet tftp tmux \
            traceroute traceroute6 tr troff ttytter ulimit umount uname uniq unlink unlzma unrar unset unxz unzip \
            uptime useradd userdel usermod vi vigr vim vimdiff vipw visudo vmstat w3m wget whoami whois xargs xmodmap \
            xterm xxd xz yum zcat zgrep zip zless zmore zsh chattr lsattr dstat sendmail mutt neofetch hping3 xelatex \
            pdftex gcloud aws az terraform
            """
        ),
        // Words of English as well.
        (
            2,
            """
            less last link mail route host sort tree touch finger fold nice rename screen strings tail stat fish dash \
            which wall wish node julia locate perms rev as ash at batch bridge cancel cd check clear cmp column comm \
            cp cut date dir done ed emacs exec exit expand export factor false file find fmt free function group \
            groups head help history if import install jobs join kill latex links local look lp make man mount more \
            ncftp nm open paste patch perf pg pic pico pr process quota read reset return run script set shift size \
            source split start tbl test time timeout top trap true type units users view watch w wait wc while who \
            write yes for until case do then red view pwsh ab c89 c99 cc gem go rake rc set setsid tic ul
            """
        ),
    ])

    /// Words that run what follows them.
    static let runners = WordTable([
        (
            1,
            """
            sudo time nohup env exec command busybox nice eval builtin setsid stdbuf timeout xargs doas then do else \
            watch strace ionice if while until
            """
        )
    ])
}
