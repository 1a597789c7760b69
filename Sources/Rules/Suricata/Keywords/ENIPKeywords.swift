internal import Events

/// `enip_command`, `cip_service` and their newer spellings. Source: Suricata User Guide, "ENIP/CIP Keywords".
enum ENIPKeywords {
    static let family = ProtocolFamily(
        applications: [.enip],
        buffers: [
            ProtocolBuffer(.enipCommand, "enip_command", form: .number(words: commands)),
            ProtocolBuffer(.enipStatus, form: .number(words: statuses)),
            ProtocolBuffer(.cipService, several: true, form: .own),
            ProtocolBuffer(.enipProtocolVersion, form: .number()), ProtocolBuffer(.enipRevision, form: .number()),
            ProtocolBuffer(.enipIdentityStatus, form: .number()), ProtocolBuffer(.enipState, form: .number()),
            ProtocolBuffer(.enipSerial, form: .number()), ProtocolBuffer(.enipProductCode, form: .number()),
            ProtocolBuffer(.enipDeviceType, form: .number()), ProtocolBuffer(.enipVendor, form: .number()),
            ProtocolBuffer(.enipProductName), ProtocolBuffer(.enipServiceName),
            ProtocolBuffer(.enipCapabilities, form: .number()),
            ProtocolBuffer(.cipClass, several: true, form: .number()),
            ProtocolBuffer(.cipInstance, several: true, form: .number()),
            ProtocolBuffer(.cipAttribute, several: true, form: .number()),
            ProtocolBuffer(.cipStatus, several: true, form: .number()),
            ProtocolBuffer(.cipExtendedStatus, several: true, form: .number()),
        ],
        keywords: ["cip_service": service, "enip.cip_service": service])

    private static let commands: [String: Int] = [
        "nop": 0, "listservices": 4, "listidentity": 0x63, "listinterfaces": 0x64, "registersession": 0x65,
        "unregistersession": 0x66, "sendrrdata": 0x6F, "sendunitdata": 0x70, "indicatestatus": 0x72, "cancel": 0x73,
    ]
    private static let statuses: [String: Int] = [
        "success": 0, "invalidcmd": 1, "noresources": 2, "incorrectdata": 3, "invalidsession": 0x64,
        "invalidlength": 0x65, "unsupportedprotrev": 0x69, "encapheadererror": 0x6A,
    ]

    /// `cip_service:SERVICE[,CLASS[,ATTRIBUTE]]`.
    private static let service: Keyword = { option, builder in
        var steps: [InspectionStep] = []
        let parts = try option.parts()
        guard parts.count <= 3 else { throw option.fault("\"\(option.name)\" takes a service, a class, an attribute") }
        for (index, part) in parts.enumerated() {
            guard let number = OptionPart.integer(part.text), number >= 0, number <= (index == 0 ? 127 : 65_535) else {
                throw RuleFault(part.place, "\"\(part.text)\" is no number of CIP")
            }
            if index > 0 { steps.append(.byteTest(step(1, bytes: 1, at: 3 * index - 2))) }
            let place = index == 0 ? 0 : 3 * index - 1
            steps.append(.byteTest(step(number, bytes: index == 0 ? 1 : 2, at: place)))
        }
        let section = builder.section(for: BufferView(.cipService), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps += steps
    }

    private static func step(_ value: Int, bytes: Int, at offset: Int) -> ByteTestStep {
        ByteTestStep(
            format: NumberFormat(bytes: .number(bytes)), comparison: .equal, value: .number(value),
            offset: .number(offset))
    }
}
