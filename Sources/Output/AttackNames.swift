/// Names of ATT&CK techniques (https://attack.mitre.org, Enterprise): those that rules of this field usually carry.
package enum AttackNames {
    /// The name of `T1110.001` or `T1110`; nil for one that is not in the table.
    package static func name(_ technique: String) -> String? { names[technique.uppercased()] }

    /// The tactics in kill-chain order: name as in incidents, title, id.
    package static let tactics: [(name: String, title: String, id: String)] = [
        ("reconnaissance", "Reconnaissance", "TA0043"), ("resource-development", "Resource Development", "TA0042"),
        ("initial-access", "Initial Access", "TA0001"), ("execution", "Execution", "TA0002"),
        ("persistence", "Persistence", "TA0003"), ("privilege-escalation", "Privilege Escalation", "TA0004"),
        ("defense-evasion", "Defense Evasion", "TA0005"), ("credential-access", "Credential Access", "TA0006"),
        ("discovery", "Discovery", "TA0007"), ("lateral-movement", "Lateral Movement", "TA0008"),
        ("collection", "Collection", "TA0009"), ("command-and-control", "Command and Control", "TA0011"),
        ("exfiltration", "Exfiltration", "TA0010"), ("impact", "Impact", "TA0040"),
    ]

    private static let names: [String: String] = [
        "T1003": "OS Credential Dumping", "T1003.008": "/etc/passwd and /etc/shadow", "T1005": "Data from Local System",
        "T1016": "System Network Configuration Discovery", "T1018": "Remote System Discovery",
        "T1021": "Remote Services", "T1021.002": "SMB/Windows Admin Shares", "T1021.004": "SSH",
        "T1027": "Obfuscated Files or Information", "T1033": "System Owner/User Discovery",
        "T1036": "Masquerading", "T1040": "Network Sniffing", "T1041": "Exfiltration Over C2 Channel",
        "T1046": "Network Service Discovery", "T1048": "Exfiltration Over Alternative Protocol",
        "T1048.003": "Exfiltration Over Unencrypted Non-C2 Protocol", "T1049": "System Network Connections Discovery",
        "T1053": "Scheduled Task/Job", "T1053.003": "Cron", "T1055": "Process Injection",
        "T1057": "Process Discovery", "T1059": "Command and Scripting Interpreter", "T1059.001": "PowerShell",
        "T1059.003": "Windows Command Shell", "T1059.004": "Unix Shell", "T1059.006": "Python",
        "T1059.007": "JavaScript", "T1068": "Exploitation for Privilege Escalation", "T1070": "Indicator Removal",
        "T1070.002": "Clear Linux or Mac System Logs", "T1070.003": "Clear Command History",
        "T1071": "Application Layer Protocol", "T1071.001": "Web Protocols", "T1071.004": "DNS",
        "T1078": "Valid Accounts", "T1078.003": "Local Accounts", "T1078.004": "Cloud Accounts",
        "T1082": "System Information Discovery", "T1083": "File and Directory Discovery",
        "T1087": "Account Discovery", "T1090": "Proxy", "T1095": "Non-Application Layer Protocol",
        "T1098": "Account Manipulation", "T1098.004": "SSH Authorized Keys",
        "T1098.007": "Additional Local or Domain Groups", "T1105": "Ingress Tool Transfer", "T1110": "Brute Force",
        "T1110.001": "Password Guessing", "T1110.003": "Password Spraying", "T1110.004": "Credential Stuffing",
        "T1132": "Data Encoding", "T1133": "External Remote Services", "T1136": "Create Account",
        "T1136.001": "Local Account", "T1140": "Deobfuscate/Decode Files or Information",
        "T1189": "Drive-by Compromise", "T1190": "Exploit Public-Facing Application", "T1199": "Trusted Relationship",
        "T1203": "Exploitation for Client Execution", "T1204": "User Execution",
        "T1210": "Exploitation of Remote Services", "T1218": "System Binary Proxy Execution",
        "T1219": "Remote Access Tools", "T1485": "Data Destruction", "T1486": "Data Encrypted for Impact",
        "T1490": "Inhibit System Recovery", "T1496": "Resource Hijacking", "T1498": "Network Denial of Service",
        "T1499": "Endpoint Denial of Service", "T1505": "Server Software Component", "T1505.003": "Web Shell",
        "T1543": "Create or Modify System Process", "T1543.002": "Systemd Service",
        "T1547": "Boot or Logon Autostart Execution", "T1548": "Abuse Elevation Control Mechanism",
        "T1548.001": "Setuid and Setgid", "T1548.003": "Sudo and Sudo Caching",
        "T1550": "Use Alternate Authentication Material",
        "T1552": "Unsecured Credentials", "T1552.001": "Credentials In Files",
        "T1552.005": "Cloud Instance Metadata API", "T1555": "Credentials from Password Stores",
        "T1556": "Modify Authentication Process", "T1562": "Impair Defenses", "T1566": "Phishing",
        "T1566.001": "Spearphishing Attachment", "T1566.002": "Spearphishing Link",
        "T1567": "Exfiltration Over Web Service",
        "T1568": "Dynamic Resolution", "T1571": "Non-Standard Port", "T1572": "Protocol Tunneling",
        "T1573": "Encrypted Channel", "T1583": "Acquire Infrastructure", "T1589": "Gather Victim Identity Information",
        "T1589.002": "Email Addresses", "T1590": "Gather Victim Network Information",
        "T1592": "Gather Victim Host Information", "T1595": "Active Scanning", "T1595.001": "Scanning IP Blocks",
        "T1595.002": "Vulnerability Scanning", "T1595.003": "Wordlist Scanning",
        "T1609": "Container Administration Command", "T1610": "Deploy Container", "T1611": "Escape to Host",
    ]
}
