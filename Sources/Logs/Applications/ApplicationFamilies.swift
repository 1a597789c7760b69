/// Every family of message forms, in the order in which forms are tried on messages of unknown programs. One file each.
let applicationFamilies: [MessageFamily] = [
    sshdMessages, sudoMessages, suMessages, loginMessages, userManagementMessages, cronMessages, railsMessages,
    systemdMessages, polkitMessages, clamavMessages, clamavLines, pamMessages, dovecotMessages, postfixMessages,
    eximMessages, nameServerMessages, dhcpServerMessages, asteriskMessages, vsftpdMessages, proftpdMessages,
    pureFTPdMessages, wuFTPdMessages, sambaAuditMessages, transferLog, dropbearMessages, openVPNMessages,
    databaseMessages, mailServerMessages, sendmailMessages, vpopmailMessages, tcpserverMessages,
    exchangeProtocolMessages, apacheErrorMessages, nginxErrorMessages, webServerMessages, webApplicationMessages,
    intrusionMessages, networkApplianceMessages, ciscoMessages, ciscoRouterMessages, identityServerMessages,
    strongSwanMessages, wordPressMessages, kernelTunnelMessages, applianceMessages, threeProxyMessages,
    threeProxyLines, requestMessages, radiusMessages, brokerMessages, redisMessages, openVPNFileMessages,
    slapdMessages, pppMessages, kerberosMessages, openConnectMessages, tacacsMessages, consoleMessages, coreDNSLines,
    carbonServerMessages, roadServerMessages, remoteDesktopMessages, huaweiMessages, webMailMessages,
    packetFilterMessages, oldServiceMessages,
]
