/// What kind of log an event comes from, in Sigma's terms (`logsource:`). One line each; an event has exactly one.
///
/// A rule's log source is open for an event when each of category, product and service that the rule names is one of
/// those listed here for the event.
public enum LogSource: UInt8, CaseIterable, Sendable {
    case unknown
    case json
    case syslog
    case apacheAccess
    case nginxAccess
    case webAccess
    case apacheError
    case nginxError
    case sshd
    case sudo
    case su
    case userManagement
    case pam
    case cron
    case netfilter
    case kernel
    case systemd
    /// A record of the Linux audit system that tells of a new process, and any other.
    case auditd
    case auditdRecord
    case clamav
    case vsftpd
    case mail
    case vpn
    case database
    case windows
    case networkHTTP
    case networkDNS
    case networkTLS
    case networkSSH
    case networkSMTP
    case networkFTP
    case networkSMB
    case networkDCERPC
    case networkKerberos
    case networkSNMP
    case networkSIP
    case networkMQTT
    case networkDHCP
    case networkRDP
    case networkRFB
    case networkIKE
    case networkNTP
    case networkTFTP
    case networkFlow
    case dnsServer
    case proxy
    case firewall
    case application
    case networkNFS

    /// Values of Sigma's three keys under which rules for this source are written. Empty means "none has that name".
    public var names: (categories: [String], products: [String], services: [String]) {
        switch self {
        case .unknown, .json, .application: ([], [], [])
        case .syslog: ([], ["linux"], ["syslog"])
        case .apacheAccess: (["webserver"], ["apache"], ["access"])
        case .nginxAccess: (["webserver"], ["nginx"], ["access"])
        case .webAccess: (["webserver"], ["apache", "nginx"], ["access"])
        case .apacheError: (["application"], ["apache"], ["error", "apache"])
        case .nginxError: (["application"], ["nginx"], ["error", "nginx"])
        case .sshd: (["authentication"], ["linux"], ["sshd", "auth", "syslog"])
        case .sudo: (["authentication"], ["linux"], ["sudo", "auth", "syslog"])
        case .su: (["authentication"], ["linux"], ["su", "auth", "syslog"])
        case .userManagement: (["iam"], ["linux"], ["useradd", "auth", "syslog"])
        case .pam: (["authentication"], ["linux"], ["pam", "auth", "syslog"])
        case .cron: ([], ["linux"], ["cron", "syslog"])
        case .netfilter: (["firewall"], ["linux"], ["iptables", "netfilter", "syslog"])
        case .kernel: ([], ["linux"], ["kernel", "syslog"])
        case .systemd: ([], ["linux"], ["systemd", "syslog"])
        case .auditd: (["process_creation"], ["linux"], ["auditd"])
        case .auditdRecord: ([], ["linux"], ["auditd"])
        case .clamav: (["antivirus"], ["linux"], ["clamav", "syslog"])
        case .vsftpd: ([], ["linux"], ["vsftpd", "ftp", "syslog"])
        case .mail: (["email"], ["linux"], ["mail", "syslog"])
        case .vpn: (["vpn"], ["linux"], ["vpn", "syslog"])
        case .database: (["database"], [], [])
        case .windows: ([], ["windows"], [])
        case .networkHTTP: (["proxy", "webserver"], ["zeek", "network"], ["http"])
        case .networkDNS: (["dns"], ["zeek", "network"], ["dns"])
        case .networkTLS: ([], ["zeek", "network"], ["ssl", "tls", "x509"])
        case .networkSSH: ([], ["zeek", "network"], ["ssh"])
        case .networkSMTP: ([], ["zeek", "network"], ["smtp"])
        case .networkFTP: ([], ["zeek", "network"], ["ftp"])
        case .networkSMB: ([], ["zeek", "network"], ["smb_files", "smb_mapping", "smb"])
        case .networkDCERPC: ([], ["zeek", "network"], ["dce_rpc"])
        case .networkKerberos: ([], ["zeek", "network"], ["kerberos"])
        case .networkSNMP: ([], ["zeek", "network"], ["snmp"])
        case .networkSIP: ([], ["zeek", "network"], ["sip"])
        case .networkMQTT: ([], ["zeek", "network"], ["mqtt"])
        case .networkDHCP: ([], ["zeek", "network"], ["dhcp"])
        case .networkRDP: ([], ["zeek", "network"], ["rdp"])
        case .networkRFB: ([], ["zeek", "network"], ["rfb"])
        case .networkIKE: ([], ["zeek", "network"], ["ike", "ipsec"])
        case .networkNTP: ([], ["zeek", "network"], ["ntp"])
        case .networkTFTP: ([], ["zeek", "network"], ["tftp"])
        case .networkNFS: ([], ["zeek", "network"], ["nfs"])
        case .networkFlow: (["network_connection", "firewall"], ["zeek", "network"], ["conn", "flow"])
        case .dnsServer: (["dns"], ["linux"], ["dns", "syslog"])
        case .proxy: (["proxy"], [], [])
        case .firewall: (["firewall"], [], [])
        }
    }
}
