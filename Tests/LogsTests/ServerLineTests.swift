import Testing

/// Lines of databases, mail, file and web servers, of Windows and auditd, and of clouds, with what each means. Addresses and names are examples of ours.
let serverLines: [MeantLine] = [
    MeantLine(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Mic"
            + "rosoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/><EventID>4625</"
            + "EventID><Version>0</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode><Keywords>0x8010"
            + "000000000000</Keywords><TimeCreated SystemTime='2026-03-04T04:22:33.1234567Z'/><EventRecordID>98"
            + "765</EventRecordID><Correlation/><Execution ProcessID='640' ThreadID='700'/><Channel>Security</C"
            + "hannel><Computer>dc01.corp.example</Computer><Security/></System><EventData><Data Name='SubjectU"
            + "serSid'>S-1-0-0</Data><Data Name='TargetUserName'>administrator</Data><Data Name='TargetDomainNa"
            + "me'>CORP</Data><Data Name='Status'>0xc000006d</Data><Data Name='LogonType'>3</Data><Data Name='W"
            + "orkstationName'>KALI</Data><Data Name='IpAddress'>198.51.100.8</Data><Data Name='IpPort'>44556</"
            + "Data></EventData></Event>",
        [
            "user.name": "administrator", "source.ip": "198.51.100.8", "source.port": "44556",
            "event.outcome": "failure", "event.category": "authentication",
            "host.hostname": "dc01.corp.example", "time": "2026-03-04T04:22:33.123", "event.code": "4625",
        ]),
    MeantLine(
        "{\"EventTime\":\"2026-03-04 11:22:33\",\"Hostname\":\"dc01.corp.example\",\"Keywords\":-92188684"
            + "37227405312,\"EventType\":\"AUDIT_FAILURE\",\"SeverityValue\":4,\"Severity\":\"ERROR\",\"EventID"
            + "\":4625,\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"ProviderGuid\":\"{54849625-5478"
            + "-4994-A5BA-3E3B0328C30D}\",\"Task\":12544,\"RecordNumber\":98765,\"ProcessID\":640,\"Channel\":"
            + "\"Security\",\"TargetUserName\":\"administrator\",\"TargetDomainName\":\"CORP\",\"LogonType\":\""
            + "3\",\"IpAddress\":\"198.51.100.8\",\"IpPort\":\"44556\"}",
        zone: "Asia/Ho_Chi_Minh",
        [
            "time": "2026-03-04T04:22:33", "user.name": "administrator", "source.ip": "198.51.100.8",
            "event.outcome": "failure", "host.hostname": "dc01.corp.example", "event.code": "4625",
        ]),
    MeantLine(
        "<13>Mar  4 11:22:33 dc01.corp.example MSWinEventLog\t1\tSecurity\t12345\tWed Mar 04 11:22:33 202"
            + "6\t4625\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tFailure Audit\tdc01.corp.example\tLogon"
            + "\t\tAn account failed to log on.    Subject:   Security ID:  S-1-0-0   Account Name:  -   Accoun"
            + "t Domain:  -   Logon ID:  0x0    Logon Type:   3    Account For Which Logon Failed:   Security I"
            + "D:  S-1-0-0   Account Name:  administrator   Account Domain:  CORP    Failure Information:   Fai"
            + "lure Reason:  Unknown user name or bad password.   Status:   0xC000006D   Sub Status:  0xC000006"
            + "A    Process Information:   Caller Process ID: 0x0   Caller Process Name: -    Network Informati"
            + "on:   Workstation Name: KALI   Source Network Address: 198.51.100.8   Source Port:  44556\t98765",
        [
            "user.name": "administrator", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "host.hostname": "dc01.corp.example", "event.code": "4625", "time": "2026-03-04T11:22:33",
        ]),
    // As rsyslog stores it: control characters are spelt out.
    MeantLine(
        "Mar  4 11:22:33 dc01.corp.example MSWinEventLog#0111#011Security#01112345#011Wed Mar 04 11:22:33 2026#0114624"
            + "#011Microsoft-Windows-Security-Auditing#011CORP\\tran.b#011N/A#011Success Audit#011dc01.corp.example#011"
            + "Logon#011#011An account was successfully logged on.    Subject:   Security ID:  S-1-0-0   Account Name:"
            + "  -    Logon Type:   3    New Logon:   Security ID:  S-1-5-21-1   Account Name:  tran.b   Account Domain:"
            + "  CORP    Network Information:   Workstation Name: WS12   Source Network Address: 198.51.100.8   Source"
            + " Port:  44556#01198765",
        [
            "user.name": "tran.b", "source.ip": "198.51.100.8", "source.port": "44556", "event.outcome": "success",
            "host.hostname": "dc01.corp.example", "event.code": "4624", "time": "2026-03-04T11:22:33",
        ]),
    // Without a header.
    MeantLine(
        "dc01\tMSWinEventLog\t1\tSecurity\t1167\tFri Mar 19 15:33:30 2010\t529\tSecurity\tSYSTEM\tUser\tFailure Audit"
            + "\tDC01\tLogon/Logoff\t\tLogon Failure:     Reason: Unknown user name or bad password     User Name:"
            + " le.c     Domain: CORP     Logon Type: 3     Source Network Address: 203.0.113.9     Source Port: 3306\t7",
        [
            "user.name": "le.c", "source.ip": "203.0.113.9", "event.outcome": "failure", "host.hostname": "dc01",
            "event.code": "529", "event.provider": "Security", "time": "2010-03-19T15:33:30",
        ]),
    MeantLine(
        "windows\tMSWinEventLog\t1\tSystem\t9\tSun Mar 08 12:00:01.123\tN/A\tnxlog\tN/A\tN/A\tN/A\twindows\tN/A",
        ["time": "2026-03-08T12:00:01.123"]),
    // Cut off behind the mark.
    MeantLine(
        "<13>Mar  4 11:22:33 dc01.corp.example MSWinEventLog",
        ["host.hostname": "dc01.corp.example", "time": "2026-03-04T11:22:33"]),
    MeantLine(
        "{\"Event\":{\"System\":{\"Provider\":{\"#attributes\":{\"Name\":\"Microsoft-Windows-Security-Aud"
            + "iting\"}},\"EventID\":4688,\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"2026-03-04T04:22:3"
            + "3.123456Z\"}},\"Channel\":\"Security\",\"Computer\":\"ws12.corp.example\"},\"EventData\":{\"Subj"
            + "ectUserName\":\"tran.b\",\"NewProcessName\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\",\"CommandLi"
            + "ne\":\"cmd.exe /c whoami\",\"ParentProcessName\":\"C:\\\\Windows\\\\explorer.exe\"}}}",
        [
            "host.hostname": "ws12.corp.example", "time": "2026-03-04T04:22:33.123", "event.code": "4688",
            "process.command_line": "cmd.exe /c whoami", "event.category": "process",
        ]),
    MeantLine(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Mic"
            + "rosoft-Windows-Sysmon'/><EventID>1</EventID><TimeCreated SystemTime='2026-03-04T04:22:33.0000000"
            + "00Z'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>ws12</Computer></System><"
            + "EventData><Data Name='UtcTime'>2026-03-04 04:22:32.998</Data><Data Name='ProcessId'>4321</Data><"
            + "Data Name='Image'>C:\\Windows\\System32\\cmd.exe</Data><Data Name='CommandLine'>cmd /c &quot;net"
            + " user &amp; whoami&quot;</Data><Data Name='User'>CORP\\tran.b</Data><Data Name='ParentImage'>C:"
            + "\\x.exe</Data></EventData></Event>",
        [
            "host.hostname": "ws12", "process.command_line": "cmd /c \"net user & whoami\"",
            "event.category": "process", "event.code": "1",
        ]),
    MeantLine(
        "type=USER_CMD msg=audit(1772598153.123:4569): pid=1234 uid=1000 auid=1000 ses=3 msg='cwd=\"/home"
            + "/a\" cmd=636174202F6574632F736861646F77 exe=\"/usr/bin/sudo\" terminal=pts/0 res=success'\u{1D}U"
            + "ID=\"an\" AUID=\"an\"",
        ["process.command_line": "cat /etc/shadow", "event.outcome": "success", "user.name": "an"]),
    MeantLine(
        "type=USER_ACCT msg=audit(03/04/2026 11:22:33.123:4571) : pid=1 uid=root auid=unset ses=unset msg"
            + "='op=PAM:accounting acct=root exe=/usr/sbin/cron hostname=? addr=? terminal=cron res=success'",
        ["user.name": "root", "event.outcome": "success", "time": "2026-03-04T11:22:33.123"]),
    MeantLine(
        "Mar  4 11:22:33 web-01 audispd: node=web-01 type=ADD_USER msg=audit(1772598153.123:4572): pid=1 "
            + "uid=0 auid=1000 ses=2 msg='op=add-user id=1001 exe=\"/usr/sbin/useradd\" hostname=web-01 addr=? "
            + "terminal=pts/0 res=success'",
        ["event.outcome": "success", "event.category": "iam", "host.hostname": "web-01"]),
    MeantLine(
        "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\",\"auditID\":\"a1\""
            + ",\"stage\":\"ResponseComplete\",\"requestURI\":\"/api/v1/namespaces/default/pods/web/exec?comman"
            + "d=sh\",\"verb\":\"create\",\"user\":{\"username\":\"system:serviceaccount:default:default\",\"gr"
            + "oups\":[\"system:serviceaccounts\"]},\"sourceIPs\":[\"198.51.100.8\"],\"userAgent\":\"kubectl/v1"
            + ".29\",\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"default\",\"name\":\"web\",\"subresou"
            + "rce\":\"exec\"},\"responseStatus\":{\"metadata\":{},\"code\":403},\"requestReceivedTimestamp\":"
            + "\"2026-03-04T04:22:33.123456Z\",\"stageTimestamp\":\"2026-03-04T04:22:33.130000Z\"}",
        [
            "user.name": "system:serviceaccount:default:default", "source.ip": "198.51.100.8",
            "event.outcome": "failure", "time": "2026-03-04T04:22:33.1",
        ]),
    MeantLine(
        "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"AssumedRole\",\"arn\":\"arn:aws:sts::1:a"
            + "ssumed-role/dev/an\",\"sessionContext\":{\"sessionIssuer\":{\"userName\":\"dev\"}}},\"eventTime"
            + "\":\"2026-03-04T04:22:33Z\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\",\"a"
            + "wsRegion\":\"ap-southeast-1\",\"sourceIPAddress\":\"198.51.100.8\",\"errorCode\":\"AccessDenied"
            + "\",\"errorMessage\":\"Access Denied\",\"eventID\":\"e2\",\"eventType\":\"AwsApiCall\"}",
        ["source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "{\"protoPayload\":{\"@type\":\"type.googleapis.com/google.cloud.audit.AuditLog\",\"status\":{\"c"
            + "ode\":7,\"message\":\"PERMISSION_DENIED\"},\"authenticationInfo\":{\"principalEmail\":\"an@examp"
            + "le.vn\"},\"requestMetadata\":{\"callerIp\":\"198.51.100.8\",\"callerSuppliedUserAgent\":\"gcloud"
            + "\"},\"serviceName\":\"iam.googleapis.com\",\"methodName\":\"google.iam.admin.v1.CreateServiceAcc"
            + "ountKey\"},\"insertId\":\"i1\",\"resource\":{\"type\":\"service_account\"},\"timestamp\":\"2026-"
            + "03-04T04:22:33.123Z\",\"severity\":\"ERROR\",\"logName\":\"projects/p/logs/cloudaudit.googleapis"
            + ".com%2Factivity\"}",
        [
            "user.name": "an@example.vn", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "2 123456789010 eni-0a1b2c3d 198.51.100.8 10.0.0.20 44556 22 6 20 4249 1772598153 1772598210 REJE"
            + "CT OK",
        [
            "source.ip": "198.51.100.8", "source.port": "44556", "destination.ip": "10.0.0.20",
            "destination.port": "22", "event.outcome": "failure", "time": "2026-03-04T04:22:33",
        ]),
    MeantLine(
        "2026-03-04 11:22:33.123 UTC,\"app\",\"hoso\",4321,\"198.51.100.8:44556\",65e5a1b9.10e1,1,\"authe"
            + "ntication\",2026-03-04 11:22:33 UTC,3/12,0,FATAL,28P01,\"password authentication failed for user"
            + " \"\"app\"\"\",\"Connection matched pg_hba.conf line 95: \"\"host all all 0.0.0.0/0 md5\"\"\",,,"
            + ",,,,,\"\",\"client backend\",,0",
        [
            "user.name": "app", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "event.category": "authentication",
        ]),
    MeantLine(
        "Mar  4 11:22:33 ora1 Oracle Audit[4321]: LENGTH: \"275\" SESSIONID:[7] \"1234567\" ENTRYID:[1] "
            + "\"1\" STATEMENT:[1] \"1\" USERID:[6] \"SYSTEM\" USERHOST:[4] \"kali\" TERMINAL:[7] \"unknown\" A"
            + "CTION:[3] \"100\" RETURNCODE:[4] \"1017\" COMMENT$TEXT:[97] \"Authenticated by: DATABASE; Client"
            + " address: (ADDRESS=(PROTOCOL=tcp)(HOST=198.51.100.8)(PORT=44556))\"",
        ["user.name": "SYSTEM", "source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "04-MAR-2026 11:22:33 * (CONNECT_DATA=(CID=(PROGRAM=sqlplus)(HOST=kali)(USER=an))(SID=ORCL)) * (A"
            + "DDRESS=(PROTOCOL=tcp)(HOST=198.51.100.8)(PORT=44556)) * establish * ORCL * 12505",
        ["time": "2026-03-04T11:22:33", "source.ip": "198.51.100.8", "source.port": "44556"]),
    MeantLine(
        "{\"t\":{\"$date\":\"2026-03-04T11:22:33.123+07:00\"},\"s\":\"I\",\"c\":\"ACCESS\",\"id\":20249,"
            + "\"ctx\":\"conn12\",\"msg\":\"Authentication failed\",\"attr\":{\"mechanism\":\"SCRAM-SHA-256\","
            + "\"speculative\":false,\"principalName\":\"root\",\"authenticationDatabase\":\"admin\",\"remote\""
            + ":\"198.51.100.8:44556\",\"extraInfo\":{},\"error\":\"AuthenticationFailed: SCRAM authentication "
            + "failed, storedKey mismatch\"}}",
        [
            "user.name": "root", "source.ip": "198.51.100.8", "source.port": "44556",
            "event.outcome": "failure", "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "2026-03-04T11:22:33.123+0700 I ACCESS   [conn12] SCRAM-SHA-1 authentication failed for root on a"
            + "dmin from client 198.51.100.8:44556 ; AuthenticationFailed: SCRAM-SHA-1 authentication failed, s"
            + "toredKey mismatch",
        [
            "user.name": "root", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "4321:M 04 Mar 2026 11:22:33.123 - Accepted 198.51.100.8:44556",
        ["source.ip": "198.51.100.8", "time": "2026-03-04T11:22:33.123"]),
    MeantLine(
        "{\"type\":\"audit\", \"timestamp\":\"2026-03-04T11:22:33,123+0700\", \"node.id\":\"n\", \"event."
            + "type\":\"rest\", \"event.action\":\"authentication_failed\", \"user.name\":\"elastic\", \"origin"
            + ".type\":\"rest\", \"origin.address\":\"198.51.100.8:44556\", \"url.path\":\"/_search\", \"reques"
            + "t.method\":\"GET\", \"request.id\":\"r\"}",
        [
            "user.name": "elastic", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "2026-03-04 11:22:33.123 +0700 [4321] dovecot_plain authenticator failed for H=(win) [198.51.100."
            + "8]:44556 I=[203.0.113.1]:587: 535 Incorrect authentication data (set_id=an)",
        [
            "user.name": "an", "source.ip": "198.51.100.8", "source.port": "44556",
            "event.outcome": "failure", "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "Mar  4 11:22:33 mail vpopmail[4321]: vchkpw-smtp: password fail (pass: 'x') an@example.vn:198.51"
            + ".100.8",
        ["user.name": "an@example.vn", "source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "@4000000069a7b3e9075bca00 tcpserver: pid 4321 from 198.51.100.8",
        ["source.ip": "198.51.100.8"]),
    MeantLine(
        "2026-03-04T04:22:33.123Z,EX1\\Default Frontend EX1,08DC,5,10.0.0.5:25,198.51.100.8:44556,*,,Inbo"
            + "und authentication failed with error LogonDenied for User Name an",
        ["source.ip": "198.51.100.8", "time": "2026-03-04T04:22:33.123"]),
    MeantLine(
        "Wed Mar  4 11:22:33 2026 [pid 3] [an] OK UPLOAD: Client \"198.51.100.8\", \"/www/shell.php\", 12"
            + "34 bytes, 12.34Kbyte/sec",
        [
            "user.name": "an", "source.ip": "198.51.100.8", "event.outcome": "success",
            "file.path": "/www/shell.php",
        ]),
    MeantLine(
        "Wed Mar  4 11:22:33 2026 1 198.51.100.8 1234 /www/shell.php b _ i r an ftp 0 * c",
        [
            "user.name": "an", "source.ip": "198.51.100.8", "file.path": "/www/shell.php",
            "time": "2026-03-04T11:22:33",
        ]),
    MeantLine(
        "(000123)04/03/2026 11:22:33 - (not logged in) (198.51.100.8)> 530 Login or password incorrect!",
        ["source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 file-01 smbd_audit: an|198.51.100.8|kali|hoso|unlink|ok|/data/x.doc",
        ["user.name": "an", "source.ip": "198.51.100.8", "event.outcome": "success"]),
    MeantLine(
        "{\"timestamp\": \"2026-03-04T11:22:33.123456+0700\", \"type\": \"Authentication\", \"Authenticat"
            + "ion\": {\"version\": {\"major\": 1, \"minor\": 2}, \"eventId\": 4625, \"logonType\": 3, \"status"
            + "\": \"NT_STATUS_WRONG_PASSWORD\", \"localAddress\": \"ipv4:10.0.0.5:445\", \"remoteAddress\": \""
            + "ipv4:198.51.100.8:44556\", \"serviceDescription\": \"SMB2\", \"authDescription\": null, \"client"
            + "Domain\": \"CORP\", \"clientAccount\": \"administrator\", \"workstation\": \"KALI\", \"becameAcc"
            + "ount\": null, \"mappedAccount\": \"administrator\"}}",
        [
            "user.name": "administrator", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "Mar  4 11:22:33 lb haproxy[4321]: 198.51.100.8:44556 [04/Mar/2026:11:22:33.123] https/1: SSL han"
            + "dshake failure",
        ["source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "04-Mar-2026 11:22:33.123 WARNING [http-nio-8080-exec-3] org.apache.catalina.realm.LockOutRealm.f"
            + "ilterLockedAccounts An attempt was made to authenticate the locked user [tomcat]",
        ["user.name": "tomcat", "event.outcome": "failure", "time": "2026-03-04T11:22:33.123"]),
    MeantLine(
        "1772598153.123    345 10.0.0.5 TCP_MISS/200 12345 GET http://example.com/a?b=c an HIER_DIRECT/93"
            + ".184.216.34 text/html",
        [
            "source.ip": "10.0.0.5", "http.response.status_code": "200", "http.request.method": "GET",
            "time": "2026-03-04T04:22:33.123", "user.name": "an", "url.domain": "example.com",
            "url.path": "/a",
        ]),
    MeantLine(
        "79a59df900b949e55d96a1e698fbaced DOC-EXAMPLE [04/Mar/2026:04:22:33 +0000] 198.51.100.8 arn:aws:i"
            + "am::1:user/an 3E57427F3EXAMPLE REST.GET.OBJECT a.txt \"GET /DOC-EXAMPLE/a.txt?x=1 HTTP/1.1\" 403"
            + " AccessDenied 113 - 7 - \"-\" \"S3Console/0.4\" - s9lz SigV4 ECDHE AuthHeader s3.amazonaws.com T"
            + "LSv1.2",
        ["source.ip": "198.51.100.8", "http.response.status_code": "403", "time": "2026-03-04T04:22:33"]),
    MeantLine(
        "Mar  4 11:22:33 srv polkitd(authority=local)[4321]: Operator of unix-session:2 FAILED to authent"
            + "icate to gain authorization for action org.freedesktop.systemd1.manage-units for system-bus-name"
            + "::1.99 [systemctl stop auditd] (owned by unix-user:an)",
        ["user.name": "an", "event.outcome": "failure"]),
    MeantLine(
        "[1772598153] unbound[4321:0] info: 10.0.0.5 evil.example. A IN",
        ["source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33", "dns.question.name": "evil.example."]),
    MeantLine(
        "3/4/2026 11:22:33 AM 0AB4 PACKET  000001 UDP Rcv 10.0.0.5        1234   Q [0001   D   NOERROR] A"
            + "      (4)evil(7)example(0)",
        ["source.ip": "10.0.0.5", "time": "2026-03-04T11:22:33"]),
    MeantLine(
        "{\"__REALTIME_TIMESTAMP\":\"1772598153123456\",\"_HOSTNAME\":\"web-01\",\"SYSLOG_IDENTIFIER\":\""
            + "sshd\",\"_PID\":\"4321\",\"MESSAGE\":[70,97,105,108,101,100,32,112,97,115,115,119,111,114,100,32"
            + ",102,111,114,32,114,111,111,116,32,102,114,111,109,32,49,57,56,46,53,49,46,49,48,48,46,56,32,112"
            + ",111,114,116,32,49,32,115,115,104,50]}",
        [
            "source.ip": "198.51.100.8", "user.name": "root", "event.outcome": "failure",
            "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "{\"dst_host\": \"10.0.0.9\", \"dst_port\": 22, \"local_time\": \"2026-03-04 11:22:33.123456\", "
            + "\"local_time_adjusted\": \"2026-03-04 11:22:33.123\", \"logdata\": {\"USERNAME\": \"root\", \"PA"
            + "SSWORD\": \"x\"}, \"logtype\": 4002, \"node_id\": \"canary-1\", \"src_host\": \"198.51.100.8\", "
            + "\"src_port\": 44556}",
        [
            "source.ip": "198.51.100.8", "destination.ip": "10.0.0.9", "user.name": "root",
            "host.hostname": "canary-1",
        ]),
    MeantLine(
        "{\"eventid\":\"cowrie.login.failed\",\"username\":\"root\",\"password\":\"x\",\"message\":\"logi"
            + "n attempt [root/x] failed\",\"sensor\":\"hp1\",\"timestamp\":\"2026-03-04T04:22:33.123456Z\",\"s"
            + "rc_ip\":\"198.51.100.8\",\"session\":\"s\"}",
        [
            "source.ip": "198.51.100.8", "user.name": "root", "event.outcome": "failure",
            "time": "2026-03-04T04:22:33.123",
        ]),
    MeantLine(
        "Wed Mar  4 11:22:33 2026 -> /var/www/x.php: Php.Webshell.Generic-1 FOUND",
        ["file.path": "/var/www/x.php", "time": "2026-03-04T11:22:33"]),
]

@Test(arguments: serverLines)
func serversAreRead(_ expected: MeantLine) throws { try expected.check() }
