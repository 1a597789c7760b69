/// Commands of Unix systems.
enum UnixCommands {
    /// Whether a word of this kind is a command wherever it stands.
    static func isSure(_ kind: UInt8) -> Bool { kind == 1 || kind == 3 }

    static let table = WordTable([
        // Words that nobody writes but to run them.
        (
            3,
            """
            ansible ansible-config ansible-console ansible-doc ansible-galaxy ansible-inventory ansible-playbook ansible-pull \
            ansible-test ansible-vault apt-get bsdtar chef chef-client chef-run chef-shell chef-solo chef-vault cscli dmidecode easy_install \
            fgrep egrep getfacl setfacl ifconfig iptables journalctl jjs lsb_release lwp-download mawk mkfifo mknod modprobe \
            netstat nc.traditional ncat nslookup pkexec printenv pdksh popd pushd pgrep pkill rbash rmuser rvim rview sftp \
            sha256sum md5sum socat sshpass strace sysctl tcpdump tcsh traceroute unlzma unxz useradd usermod userdel vipw vigr visudo vmstat \
            whoami xargs xmodmap xxd zgrep zmore kubectl cpulimit chpasswd crontab base32 base64 busybox hping3 insmod rmmod
            """
        ),
        // Words of no language but the shell's.
        (
            1,
            """
            adduser alias ansible ansible-console ansible-galaxy ansible-inventory ansible-playbook ansible-pull apropos \
            apt apt-get arch arp awk base32 base64 bash bsdtar bunzip2 busybox bzip2 capsh cat chef-run chef-shell chgrp \
            chmod chown chpasswd chroot chsh cksum clang cobc composer cpio cpulimit crontab cscli csh csplit cupsfilter \
            curl dash dd df diff dig dmesg dmidecode dnf docker dpkg du easy_install echo egrep env eval expr fdisk fgrep \
            finger fish fold ftp gawk gcc gcore gdb getent getfacl gimp git grep groupadd gunzip gzip halt hexdump \
            hostname htop iconv id ifconfig insmod ionice ip iptables irb jjs journalctl jq julia ksh kubectl last lastlog \
            ldconfig less ln locate logname ls lsb_release lsblk lscpu lsmod lsof lspci ltrace lua luajit lwp-download \
            mawk mknod mkdir mkfifo modprobe mongo mtr mv mysql mysqldump nano nasm nawk nc nc.traditional ncat netcat \
            netstat ngrok nice nl nmap node nohup npm nroff nsenter nslookup ntpdate od openssl openvpn passwd pdksh perl \
            perl5 perms pgrep php php5 php7 ping pip pkexec pkill popd powershell printenv printf ps psftp psql ptx \
            pushd pwd python python2 python3 rbash rcp readlink realpath rename restic rev rlogin rm rmdir rmuser rnano \
            route rpm rsync ruby rvim rview scp screen sed setarch setfacl sftp sh sha1sum sha256sum md5sum showmount \
            shred shuf sleep smbclient socat sort ssh sshpass stat strace strings stty su sudo sysctl systemctl tac tail \
            tar tcl tclsh tcpdump tcsh tee telnet tftp tmux touch traceroute traceroute6 tr tree troff ttytter ulimit \
            umount uname uniq unlink unlzma unrar unset unxz unzip uptime useradd userdel usermod vi vigr vim vimdiff vipw \
            visudo vmstat w3m wall wget which whoami whois xargs xmodmap xterm xxd xz yum zcat zgrep zip zless zmore zsh \
            chattr lsattr dstat mail sendmail mutt neofetch hping3 wish xelatex pdftex gcloud aws az terraform
            """
        ),
        // Words of English as well.
        (
            2,
            """
            as ash at batch bridge cancel cd check clear cmp column comm cp cut date dir done ed emacs exec exit expand \
            export factor false file find fmt free function group groups head help history if import install jobs join kill \
            latex links local look lp make man mount more ncftp nm open paste patch perf pg pic pico pr process quota read \
            reset return run script set shift size source split start tbl test time timeout top trap true type units users \
            view watch w wait wc while who write yes for until case do then red view pwsh ab c89 c99 cc gem go rake rc \
            set setsid tic ul
            """
        ),
    ])

    /// Words that run what follows them.
    static let runners = WordTable([
        (
            1,
            """
            sudo time nohup env exec command busybox nice eval builtin setsid stdbuf timeout xargs doas then do else watch \
            strace ionice if while until
            """
        )
    ])
}
