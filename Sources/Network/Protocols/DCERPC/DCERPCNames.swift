internal import Primitives

/// Names of well-known interfaces and of their calls, as Zeek's `dce_rpc` log has them (endpoint and operation).
enum DCERPCNames {
    typealias Interface = (first: UInt32, endpoint: StaticString, operations: [Int: StaticString])

    /// By the first four bytes of the interface's identifier, which differ among these.
    private static let interfaces: [Interface] = [
        (
            0x367A_BB81, "svcctl",
            [
                12: "CreateServiceW", 15: "OpenSCManagerW", 16: "OpenServiceW", 19: "StartServiceW",
                24: "CreateServiceA", 27: "OpenSCManagerA", 28: "OpenServiceA", 31: "StartServiceA",
                44: "CreateServiceWOW64A", 45: "CreateServiceWOW64W",
            ]
        ),
        (0x1FF7_0682, "atsvc", [0: "NetrJobAdd", 1: "NetrJobDel", 2: "NetrJobEnum"]),
        (
            0x86D3_5949, "ITaskSchedulerService",
            [1: "SchRpcRegisterTask", 12: "SchRpcRun", 13: "SchRpcDelete", 19: "SchRpcEnableTask"]
        ),
        (
            0xE351_4235, "drsuapi",
            [0: "DRSBind", 3: "DRSGetNCChanges", 4: "DRSReplicaSync", 5: "DRSReplicaAdd", 12: "DRSCrackNames"]
        ),
        (
            0x1234_5778, "samr",
            [5: "SamrLookupDomainInSamServer", 13: "SamrEnumerateUsersInDomain", 64: "SamrConnect5"]
        ),
        (0x4B32_4FC8, "srvsvc", [12: "NetrSessionEnum", 15: "NetrShareEnum", 16: "NetrShareGetInfo"]),
        (0x6BFF_D098, "wkssvc", [0: "NetrWkstaGetInfo", 2: "NetrWkstaUserEnum"]),
        (
            0x1234_5678, "spoolss",
            [1: "RpcOpenPrinter", 65: "RpcRemoteFindFirstPrinterChangeNotificationEx", 70: "RpcAddPrinterDriver"]
        ),
        (0x338C_D001, "winreg", [6: "BaseRegCreateKey", 15: "BaseRegOpenKey", 22: "BaseRegSetValue"]),
        (0xC681_D488, "efsrpc", [0: "EfsRpcOpenFileRaw", 4: "EfsRpcEncryptFileSrv", 5: "EfsRpcDecryptFileSrv"]),
        (0xDF19_41C5, "efsrpc", [0: "EfsRpcOpenFileRaw", 4: "EfsRpcEncryptFileSrv", 5: "EfsRpcDecryptFileSrv"]),
        (0xE1AF_8308, "epmapper", [2: "ept_lookup", 3: "ept_map"]),
    ]

    static func names(_ binding: Bytes, operation: Int) -> (endpoint: StaticString, operation: StaticString?)? {
        let first = binding.littleEndian32(at: 0)
        for one in interfaces where one.first == first { return (one.endpoint, one.operations[operation]) }
        return nil
    }
}
