internal import Events

/// `ldap.*`. Source: Suricata User Guide, "LDAP Keywords".
enum LDAPKeywords {
    static let family = ProtocolFamily(
        applications: [.ldap],
        buffers: [
            ProtocolBuffer(.ldapRequestOperation, way: .toServer, form: .number(words: requests)),
            ProtocolBuffer(
                .ldapResponseOperation, way: .toClient, several: true, form: .number(words: responses)),
            ProtocolBuffer(.ldapResponseCount, way: .toClient, form: .number()),
            ProtocolBuffer(.ldapRequestName, way: .toServer),
            ProtocolBuffer(.ldapResponseName, way: .toClient, several: true),
            ProtocolBuffer(.ldapResultCode, way: .toClient, several: true, form: .number(words: codes)),
            ProtocolBuffer(.ldapResponseMessage, way: .toClient, several: true),
            ProtocolBuffer(.ldapRequestAttribute, way: .toServer, several: true),
            ProtocolBuffer(.ldapResponseAttribute, way: .toClient, several: true),
        ])

    private static let requests: [String: Int] = [
        "bind_request": 0, "unbind_request": 2, "search_request": 3, "modify_request": 6, "add_request": 8,
        "del_request": 10, "mod_dn_request": 12, "compare_request": 14, "abandon_request": 16, "extended_request": 23,
    ]
    private static let responses: [String: Int] = [
        "bind_response": 1, "search_result_entry": 4, "search_result_done": 5, "modify_response": 7, "add_response": 9,
        "del_response": 11, "mod_dn_response": 13, "compare_response": 15, "search_result_reference": 19,
        "extended_response": 24, "intermediate_response": 25,
    ]
    /// RFC 4511 appendix A.
    private static let codes: [String: Int] = [
        "success": 0, "operations_error": 1, "protocol_error": 2, "time_limit_exceeded": 3, "size_limit_exceeded": 4,
        "compare_false": 5, "compare_true": 6, "auth_method_not_supported": 7, "stronger_auth_required": 8,
        "referral": 10, "admin_limit_exceeded": 11, "unavailable_critical_extension": 12,
        "confidentiality_required": 13, "sasl_bind_in_progress": 14, "no_such_attribute": 16,
        "undefined_attribute_type": 17, "inappropriate_matching": 18, "constraint_violation": 19,
        "attribute_or_value_exists": 20, "invalid_attribute_syntax": 21, "no_such_object": 32, "alias_problem": 33,
        "invalid_dns_syntax": 34, "alias_dereferencing_problem": 36, "inappropriate_authentication": 48,
        "invalid_credentials": 49, "insufficient_access_rights": 50, "busy": 51, "unavailable": 52,
        "unwilling_to_perform": 53, "loop_detect": 54, "naming_violation": 64, "object_class_violation": 65,
        "not_allowed_on_non_leaf": 66, "not_allowed_on_rdn": 67, "entry_already_exists": 68,
        "object_class_mods_prohibited": 69, "affects_multiple_dsas": 71, "other": 80,
    ]
}
