/// Processes and files of a host (Sysmon's names, which Sigma uses for Linux too), and antivirus.
enum HostFields {
    static let table: [String: [String]] = [
        "Image": ["process.executable", "process.name"], "CommandLine": ["process.command_line"],
        "CurrentDirectory": ["process.working_directory"], "ProcessId": ["process.pid"],
        "ProcessName": ["process.name"], "ParentImage": ["process.parent.executable", "process.parent.name"],
        "ParentCommandLine": ["process.parent.command_line"], "ParentProcessId": ["process.parent.pid"],
        "ProcessGuid": ["process.entity_id"], "User": ["user.name"], "LogonId": ["user.id"],
        "TargetFilename": ["file.path"], "SourceFilename": ["file.path"], "FileName": ["file.name"],
        "Filename": ["file.path", "file.name"], "Signature": ["rule.name"], "Action": ["event.action"],
        "md5": ["file.hash.md5"], "sha1": ["file.hash.sha1"], "sha256": ["file.hash.sha256"],
    ]
}

/// Records of the Linux audit system.
enum AuditFields {
    static let table: [String: [String]] = [
        "type": ["auditd.log.record_type"], "exe": ["process.executable"], "comm": ["process.name"],
        "cwd": ["process.working_directory"], "proctitle": ["process.command_line"], "cmd": ["process.command_line"],
        "pid": ["process.pid"], "ppid": ["process.parent.pid"], "uid": ["user.id"], "euid": ["user.effective.id"],
        "acct": ["user.name"], "name": ["file.path"], "tty": ["process.tty.name"], "terminal": ["process.tty.name"],
        "addr": ["source.ip"], "hostname": ["source.domain"], "res": ["event.outcome"], "key": ["tags"],
        "syscall": ["auditd.log.syscall"], "success": ["event.outcome"], "unit": ["service.name"],
    ]
}

/// Log-ons and changes of user: sshd, sudo, su, PAM.
enum LogonFields {
    static let table: [String: [String]] = [
        "USER": ["user.effective.name"], "COMMAND": ["process.command_line"], "PWD": ["process.working_directory"],
        "TTY": ["process.tty.name"], "GROUP": ["group.name"], "pam_user": ["user.name", "user.target.name"],
        "pam_rhost": ["source.ip", "source.address"], "pam_message": ["message"],
        "CommandLine": ["process.command_line"], "method": ["ssh.method"], "key": ["ssh.key.fingerprint"],
        "User": ["user.name"], "TargetUserName": ["user.target.name"],
    ]
}
