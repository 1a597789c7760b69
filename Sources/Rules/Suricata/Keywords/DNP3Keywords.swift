internal import Events

/// `dnp3_*` and their newer spellings. Source: Suricata User Guide, "DNP3 Keywords".
enum DNP3Keywords {
    static let family = ProtocolFamily(
        applications: [.dnp3],
        buffers: [
            ProtocolBuffer(.dnp3Function, "dnp3_func", form: .number(words: functions)),
            ProtocolBuffer(.dnp3Data, "dnp3_data"), ProtocolBuffer(.dnp3Indicators, form: .own),
            ProtocolBuffer(.dnp3Object, several: true, form: .own),
        ],
        keywords: [
            "dnp3_ind": indicators, "dnp3.ind": indicators, "dnp3_obj": object, "dnp3.obj": object,
        ])

    private static let functions: [String: Int] = [
        "confirm": 0, "read": 1, "write": 2, "select": 3, "operate": 4, "direct_operate": 5, "direct_operate_nr": 6,
        "immed_freeze": 7, "immed_freeze_nr": 8, "freeze_clear": 9, "freeze_clear_nr": 10, "freeze_at_time": 11,
        "freeze_at_time_nr": 12, "cold_restart": 13, "warm_restart": 14, "initialize_data": 15, "initialize_appl": 16,
        "start_appl": 17, "stop_appl": 18, "save_config": 19, "enable_unsolicited": 20, "disable_unsolicited": 21,
        "assign_class": 22, "delay_measure": 23, "record_current_time": 24, "open_file": 25, "close_file": 26,
        "delete_file": 27, "get_file_info": 28, "authenticate_file": 29, "abort_file": 30, "activate_config": 31,
        "authenticate_req": 32, "authenticate_err": 33, "response": 129, "unsolicited_response": 130,
        "authenticate_resp": 131,
    ]

    /// Bits of the two bytes of internal indications, as on the wire.
    private static let flags: [String: Int] = [
        "all_stations": 0x0100, "class_1_events": 0x0200, "class_2_events": 0x0400, "class_3_events": 0x0800,
        "need_time": 0x1000, "local_control": 0x2000, "device_trouble": 0x4000, "device_restart": 0x8000,
        "no_func_code_support": 0x0001, "object_unknown": 0x0002, "parameter_error": 0x0004,
        "event_buffer_overflow": 0x0008, "already_executing": 0x0010, "config_corrupt": 0x0020, "reserved_2": 0x0040,
        "reserved_1": 0x0080,
    ]

    /// `dnp3_ind:need_time,device_restart`: any of them.
    private static let indicators: Keyword = { option, builder in
        var mask = 0
        for part in try option.parts() {
            guard let flag = flags[part.text.lowercased()] ?? OptionPart.integer(part.text) else {
                throw RuleFault(part.place, "\"\(part.text)\" is no indication of DNP3")
            }
            mask |= flag
        }
        let section = builder.section(for: BufferView(.dnp3Indicators), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps.append(.byteTest(ComparingKeywords.step(.and, mask)))
    }

    /// `dnp3_obj:GROUP,VARIATION`
    private static let object: Keyword = { option, builder in
        let numbers = try option.parts().map { UInt8($0.text) }
        guard numbers.count == 2, let group = numbers[0], let variation = numbers[1] else {
            throw option.fault("\"\(option.name)\" takes a group and a variation, such as 20,1")
        }
        let section = builder.section(for: BufferView(.dnp3Object), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps += ComparingKeywords.equality(
            [group, variation], caseless: false, negated: false, option, builder.position)
    }
}
