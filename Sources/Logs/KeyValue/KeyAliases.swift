internal import Events
internal import Primitives

/// How applications spell the fields that we know, in JSON and in `key=value` records: for each field the spellings in
/// order of trust, in lower case without `_`, `-` and blanks. A spelling that begins with a dot fits at the end of a
/// path, of which it may have one or two parts.
enum KeyAliases {
    /// Fields that can be told by a spelling; the place in this list is the field's place in `AliasBoard`.
    static let table: [(field: Field, spellings: [String])] = [
        (
            .sourceAddress,
            [
                "clientip", ".clientip", "clienthost", "clientaddr", "clientaddress", "remoteip", ".remoteip", "remip",
                "srcip",
                ".srcip", "sourceip", ".sourceip", "sourceips", "sourceipaddress", "src", "remoteaddr",
                ".remoteaddr",
                "remoteaddress",
                ".remoteaddress", "rip", "rhost", "actorip", "ipaddress", ".ipaddress", "callingstationid",
                "remotehost",
                ".remotehost", "peer", "oip", "ip", "srchost", "requestip", "visitorip", ".remote", "userip", "xrealip",
                ".ip", ".origh", "downstreamremoteaddress", "downstreamdirectremoteaddress", "addr.remote",
                "attr.client",
                "ipaddr", ".ipaddr", "sourceaddress", "clientipaddress", ".sourceipaddress", "calleripaddress",
                ".calleripaddress", ".callerip", "origin.address", "ipclient", "remote",
            ]
        ),
        (
            .sourcePort,
            [
                "srcport", ".srcport", "sourceport", "clientport", "spt", "remoteport", ".remoteport", "ipport", "port",
                ".origp", ".ipport", "sport",
            ]
        ),
        (
            .destinationAddress,
            [
                "dstip", ".dstip", "destip", ".destip", "destinationip", "dst", "dest", "localip", "lip",
                "destinationaddress", "localaddress", "serverip", ".resph", "dsthost",
            ]
        ),
        (
            .destinationPort,
            [
                "dstport", ".dstport", "destport", "destinationport", "dpt", ".destport", "localport",
                ".respp", "dport",
                "service",
            ]
        ),
        (
            .userName,
            [
                "username", ".username", "user", "useremail", "clientusername", "uname", "login", "account", "acct",
                "accountid", "accountname",
                "suser", "targetusername", ".targetusername", "loginname", "setid", ".principalname", "actor", "who",
                "duser", "usr", "email", "userid", "unixuser", "usrname", "identname", "userprincipalname",
                ".userprincipalname", ".alternateid", ".email", ".principalemail", ".clientaccount", "dbuser",
                "attr.user", "properties.user", "name",
            ]
        ),
        (
            .httpRequestMethod,
            [
                "requestmethod", ".requestmethod", "method", "httpmethod", "request.method", "verb",
                "httprequest.requestmethod", ".httpmethod", ":method", "clientrequestmethod", "req.method",
                ".req.method", ".request.method", "properties.method",
            ]
        ),
        (
            .urlOriginal,
            [
                "requesturi", ".requesturi", "request.uri", "uri", "requestpath", "url", "request.url", "path",
                "urlpath", "request",
                "httprequest.requesturl", ".uri", "http.url", "xenvoyoriginalpath", "xenvoyoriginpath", ":path",
                "httppath", "httpuri", "httprequestpath", "httprequesturi", "clientrequesturi", "requestline",
                "req.url", ".req.url", ".request.uri", ".request.url", "properties.url", "rawpath", "resourcepath",
            ]
        ),
        (
            .httpResponseStatusCode,
            [
                "downstreamstatus", "responsecode", "httpstatus", "statuscode", "httpstatuscode", "responsestatus",
                "status", "code", "http.status", "edgeresponsestatus", "responsestatus.code", "response.status",
                "response.statuscode", "response.code", "res.statuscode", "http.response.status",
                ".response.status", ".response.httpcode", ".response.statuscode", ".res.statuscode",
                "properties.responsecode", "resp",
            ]
        ),
        (
            .userAgentOriginal,
            [
                "useragent", ".useragent", "requestuseragent", "httpuseragent", ".httpuseragent", "agent", "ua",
                "clientrequestuseragent", "request.headers.useragent", ".headers.useragent",
            ]
        ),
        (
            .httpRequestReferrer,
            [
                "referer", "referrer", "httpreferer", "requestreferer", "request.headers.referer", "httpreferrer",
                "clientrequestreferer",
            ]
        ),
        (
            .httpResponseBodyBytes,
            [
                "bodybytessent", "bytessent", "responsebodysize", "responsebytes", "downstreamcontentsize",
                "responsesize", "response.size", "response.bodysize", "response.bytes", "res.contentlength",
                "responselength", "properties.responsesize", "bytes",
                "size",
            ]
        ),
        (
            .urlDomain,
            [
                "requesthost", "httphost", "request.host", "vhost", "servername", "virtualhost", "host",
                "http.hostname", ":authority", "authority", "clientrequesthost", "request.headers.host",
                ".headers.host",
            ]
        ),
        (
            .httpForwardedFor,
            ["xforwardedfor", ".xforwardedfor", "httpxforwardedfor", "forwardedfor", "forwarded", ".forwarded"]
        ),
        (.networkTransport, ["proto", "protocol", ".proto", "transport"]),
        (
            .eventAction,
            [
                "eventname", "action", "act", "eventtype", "securityevent", "operation", ".eventaction", "event.action",
                "operationname", "events.name", "accesscontrolruleaction", "type",
            ]
        ),
        (.eventCode, ["eventid", ".eventid", "eventcode", "event.code", ".eventid.#text"]),
        (
            .eventReason,
            [
                "reason", ".reason", "error", "err", "errormessage", "failurereason", ".failurereason",
                "resultdescription", "errordescription",
            ]
        ),
        (.errorCode, ["errorcode", ".errorcode"]),
        (
            .eventOutcome,
            [
                "outcome", "eventoutcome", ".outcome", ".consolelogin", "success", ".success", "result", ".result",
                "resultstatus", "authresult", "loginresult", "loginstatus", "protopayload.status.message",
                "authentication.status", "requeststatus",
            ]
        ),
        (
            .message,
            [
                "message", "msg", "message.message", "log", "textpayload", "short_message", "logdesc", "event.original",
                "text", "description", "renderedmessage", "@m", "messagetemplate", "@mt",
            ]
        ),
        (.processPID, ["pid", "processid", "syslogpid"]),
        (.eventProvider, ["channel", ".channel", "winlog.channel"]),
        (.ruleName, ["alert.signature"]), (.ruleID, ["alert.signatureid"]),
        (
            .hostHostname,
            [
                "hostname", "computer", "devname", "computername", ".computername", "event.system.computer",
                "devicename",
                "dvchost", "nodeid",
            ]
        ),
        (.processCommandLine, ["commandline", ".commandline", "processcommandline"]),
        (.filePath, ["filepath", ".filepath", "fname", "targetfilename", ".targetfilename"]),
        (.processName, ["syslogidentifier", "processname", "comm"]),
        (.logLevel, ["level", "lvl", "loglevel", "severity", "levelname", "priority", "@l"]),
    ]
}
