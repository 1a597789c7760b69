/// Every family of message forms, in the order in which forms are tried on messages of unknown programs. One file each.
let applicationFamilies: [MessageFamily] = [
    sshdMessages, sudoMessages, suMessages, loginMessages, userManagementMessages, cronMessages, railsMessages,
    systemdMessages,
    pamMessages, dovecotMessages, postfixMessages, eximMessages, nameServerMessages, dhcpServerMessages,
    asteriskMessages, vsftpdMessages,
    proftpdMessages, pureFTPdMessages, wuFTPdMessages, dropbearMessages, openVPNMessages, databaseMessages,
    mailServerMessages, sendmailMessages, apacheErrorMessages, nginxErrorMessages, webServerMessages,
    webApplicationMessages, intrusionMessages, ciscoMessages, identityServerMessages, strongSwanMessages,
    wordPressMessages, kernelTunnelMessages, applianceMessages, threeProxyMessages, threeProxyLines, requestMessages,
    radiusMessages, brokerMessages, redisMessages, openVPNFileMessages, slapdMessages,
    pppMessages,
]
