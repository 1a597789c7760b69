internal import Events

/// `decode-event`, `stream-event`, `app-layer-event`: anomalies by name. The names are Suricata's
/// (`rules/decoder-events.rules`, `stream-events.rules`, `*-events.rules`); those that this engine raises are known.
enum EventKeywords {
    static let family = ProtocolFamily(
        applications: [],
        buffers: [
            ProtocolBuffer(.applicationEvent, several: true, form: .own),
            ProtocolBuffer(.decodeEvent, several: true, form: .own),
            ProtocolBuffer(.streamEvent, several: true, form: .own),
        ],
        keywords: [
            "app-layer-event": event(.applicationEvent, EventNames.application),
            "decode-event": event(.decodeEvent, EventNames.decode),
            "engine-event": event(.decodeEvent, EventNames.decode),
            "stream-event": event(.streamEvent, EventNames.stream),
        ])

    private static func event(_ kind: BufferKind, _ names: Set<String>) -> Keyword {
        { option, builder in
            var name = try option.words()
            if kind == .applicationEvent && name.hasPrefix("ikev2.") { name = "ike." + name.dropFirst(6) }
            guard names.contains(name) else {
                throw option.fault("the event \"\(name)\" is not raised here")
            }
            let section = builder.section(for: BufferView(kind), fresh: true, at: option.valueAt)
            builder.signature.sections[section].steps += ComparingKeywords.equality(
                Array(name.utf8), caseless: false, negated: false, option, builder.position)
        }
    }
}

/// The events that the Network room raises.
enum EventNames {
    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }

    static let application = raised.union(silent)

    /// Those that Suricata knows and never raises: nine bytes are always a frame's header, and its test for a bad
    /// field comes before the one for a number that is too large. Signatures on them load there, and match nothing.
    private static let silent = set("http2.header_integer_overflow http2.invalid_frame_header")

    private static let raised = set(
        """
        applayer_detect_protocol_only_one_direction applayer_mismatch_protocol_both_directions
        applayer_no_tls_after_starttls applayer_proto_detection_skipped applayer_unexpected_protocol
        bittorrent-dht.malformed_packet dhcp.malformed_options dhcp.truncated_options dnp3.bad_link_crc
        dnp3.bad_transport_crc dnp3.flooded dnp3.len_too_small dnp3.malformed dnp3.too_many_objects
        dnp3.too_many_points dnp3.unknown_object dns.infinite_loop dns.invalid_additionals dns.invalid_authorities
        dns.invalid_opcode dns.malformed_data dns.name_too_long dns.not_response dns.too_many_labels dns.z_flag_set
        enip.invalid_pdu enip.too_many_transactions ftp.file_before_port ftp.file_without_name
        ftp.request_command_too_long ftp.response_command_too_long ftp.too_many_preliminary_responses
        ftp.too_many_transactions http.100_continue_already_seen http.abnormal_ce_header http.compression_bomb
        http.duplicate_content_length_field_in_request http.duplicate_content_length_field_in_response
        http.file_name_too_long http.gzip_decompression_failed http.host_header_ambiguous http.invalid_authority_port
        http.invalid_content_length_field_in_request http.invalid_content_length_field_in_response
        http.invalid_request_chunk_len http.invalid_request_field_folding http.invalid_response_chunk_len
        http.invalid_response_field_folding http.invalid_transfer_encoding_value_in_request
        http.invalid_transfer_encoding_value_in_response http.method_delim_non_compliant http.missing_host_header
        http.multipart_invalid_header http.multipart_no_filedata http.range_invalid http.request_auth_unrecognized
        http.request_body_unexpected http.request_chunk_extension http.request_field_missing_colon
        http.request_field_too_long http.request_header_host_invalid http.request_header_invalid
        http.request_header_repetition http.request_line_leading_whitespace http.request_line_missing_protocol
        http.request_server_port_tcp_port_mismatch http.request_too_many_headers http.request_uri_host_invalid
        http.response_abnormal_transfer_encoding http.response_chunk_extension http.response_chunked_old_proto
        http.response_field_missing_colon http.response_field_too_long http.response_header_invalid
        http.response_header_repetition http.response_invalid_protocol http.response_invalid_status
        http.response_multipart_byteranges http.response_too_many_headers http.too_many_encoding_layers
        http.unable_to_match_response_to_request http.uri_delim_non_compliant http2.authority_host_mismatch
        http2.continuation_without_headers http2.data_stream_zero http2.dns_request_too_long
        http2.dns_response_too_long http2.failed_decompression http2.header_table_overflow http2.invalid_frame_data
        http2.invalid_frame_length http2.invalid_header http2.invalid_http1_settings http2.invalid_range
        http2.long_frame_data http2.reassembly_limit_reached http2.stream_id_reuse http2.too_long_repeated_headers
        http2.too_many_streams http2.userinfo_in_uri ike.malformed_data ike.multiple_server_proposal ike.no_encryption
        ike.unknown_proposal ike.weak_crypto_auth ike.weak_crypto_dh ike.weak_crypto_enc ike.weak_crypto_no_auth
        ike.weak_crypto_no_dh ike.weak_crypto_prf krb5.malformed_data krb5.weak_encryption ldap.invalid_data
        ldap.request_not_found ldap.too_many_responses ldap.too_many_transactions mdns.infinite_loop
        mdns.invalid_additionals mdns.invalid_authorities mdns.invalid_opcode mdns.malformed_data mdns.name_too_long
        mdns.too_many_labels mdns.z_flag_set modbus.flooded modbus.invalid_exception_code modbus.invalid_function_code
        modbus.invalid_length modbus.invalid_protocol_id modbus.invalid_value modbus.unsolicited_response
        modbus.value_mismatch mqtt.double_connect mqtt.invalid_qos_level mqtt.malformed_traffic mqtt.missing_connect
        mqtt.missing_publish mqtt.missing_subscribe mqtt.missing_unsubscribe mqtt.too_many_messages
        mqtt.too_many_properties mqtt.too_many_transactions mqtt.unassigned_msg_type mqtt.unintroduced_message
        nfs.malformed_data nfs.too_many_transactions ntp.malformed_data pgsql.invalid_length pgsql.malformed_response
        pgsql.too_many_responses pgsql.too_many_transactions pop3.incorrect_argument_count pop3.request_too_long
        pop3.response_too_long pop3.too_many_transactions pop3.unknown_command rfb.confused_state rfb.too_long_string
        rfb.unimplemented_security_type rfb.unknown_security_result sip.invalid_data smb.file_overlap
        smb.malformed_data smb.negotiate_malformed_dialects smb.negotiate_max_read_size_too_large
        smb.negotiate_max_write_size_too_large smb.read_request_too_large
        smb.read_response_too_large smb.request_to_client smb.response_to_server smb.too_many_transactions
        smb.write_queue_cnt_exceeded smb.write_request_too_large smtp.bdat_chunk_len_exceeded
        smtp.data_command_rejected smtp.duplicate_fields smtp.invalid_bdat smtp.invalid_pipelined_sequence
        smtp.invalid_reply smtp.max_command_line_len_exceeded smtp.max_reply_line_len_exceeded
        smtp.mime_invalid_base64 smtp.mime_invalid_qp smtp.mime_long_boundary smtp.mime_long_enc_line
        smtp.mime_long_filename smtp.mime_long_header_name smtp.mime_long_header_value smtp.mime_long_line
        smtp.no_server_welcome_message smtp.tls_rejected smtp.unable_to_match_reply_with_request snmp.malformed_data
        snmp.unknown_security_model snmp.version_mismatch ssh.invalid_banner ssh.invalid_record ssh.long_banner
        tls.certificate_invalid_date tls.certificate_invalid_der
        tls.certificate_invalid_length tls.certificate_invalid_serial tls.certificate_invalid_version
        tls.dataleak_heartbeat_mismatch tls.error_message_encountered
        tls.handshake_invalid_length tls.invalid_alert_message tls.invalid_certificate tls.invalid_handshake_message
        tls.invalid_heartbeat_message tls.invalid_record_length tls.invalid_record_type tls.invalid_record_version
        tls.invalid_sni_length tls.invalid_sni_type tls.invalid_ssl_record tls.invalid_sslv2_header
        tls.multiple_sni_extensions tls.overflow_heartbeat_message tls.too_many_records_in_packet
        websocket.reassembly_limit_reached websocket.skip_end_of_payload
        """)

    static let decode = set(
        """
        ethernet.pkt_too_small ethernet.unknown_ethertype too_many_layers sll.pkt_too_small ltnull.pkt_too_small
        ltnull.unsupported_type ipraw.invalid_ip_version chdlc.pkt_too_small dce.pkt_too_small vntag.header_too_small
        vntag.unknown_type ieee8021ah.header_too_small vlan.header_too_small vlan.unknown_type vlan.too_many_layers
        mpls.header_too_small mpls.pkt_too_small mpls.bad_label_router_alert mpls.bad_label_implicit_null
        mpls.bad_label_reserved mpls.unknown_payload_type ppp.pkt_too_small ppp.vju_pkt_too_small
        ppp.ip4_pkt_too_small ppp.ip6_pkt_too_small ppp.wrong_type ppp.unsup_proto pppoe.pkt_too_small
        pppoe.wrong_code pppoe.malformed_tags gre.pkt_too_small gre.wrong_version gre.version0_recur
        gre.version0_flags gre.version0_hdr_too_big gre.version0_malformed_sre_hdr gre.version1_chksum
        gre.version1_route gre.version1_ssr gre.version1_recur gre.version1_flags gre.version1_no_key
        gre.version1_wrong_protocol gre.version1_hdr_too_big erspan.header_too_small erspan.unsupported_version
        erspan.too_many_vlan_layers vxlan.unknown_payload_type geneve.unknown_payload_type ipv4.pkt_too_small
        ipv4.hlen_too_small ipv4.iplen_smaller_than_hlen ipv4.trunc_pkt ipv4.wrong_ip_version ipv4.opt_invalid
        ipv4.opt_invalid_len ipv4.opt_malformed ipv4.opt_pad_required ipv4.opt_eol_required ipv4.opt_duplicate
        ipv4.icmpv6 ipv4.frag_pkt_too_large ipv4.frag_overlap ipv6.pkt_too_small ipv6.trunc_pkt ipv6.wrong_ip_version
        ipv6.trunc_exthdr ipv6.exthdr_useless_fh ipv6.exthdr_dupl_fh ipv6.exthdr_dupl_rh ipv6.exthdr_dupl_hh
        ipv6.exthdr_dupl_dh ipv6.exthdr_dupl_ah ipv6.exthdr_dupl_eh ipv6.exthdr_invalid_optlen
        ipv6.exthdr_ah_res_not_null ipv6.hopopts_unknown_opt ipv6.hopopts_only_padding ipv6.dstopts_unknown_opt
        ipv6.dstopts_only_padding ipv6.rh_type_0 ipv6.zero_len_padn ipv6.fh_non_zero_reserved_field
        ipv6.data_after_none_header ipv6.unknown_next_header ipv6.icmpv4 ipv6.frag_pkt_too_large
        ipv6.frag_invalid_length ipv6.frag_overlap ipv6.ipv4_in_ipv6_too_small ipv6.ipv4_in_ipv6_wrong_version
        ipv6.ipv6_in_ipv6_too_small ipv6.ipv6_in_ipv6_wrong_version icmpv4.pkt_too_small icmpv4.unknown_type
        icmpv4.unknown_code icmpv4.ipv4_trunc_pkt icmpv4.ipv4_unknown_ver icmpv6.pkt_too_small icmpv6.unknown_type
        icmpv6.unknown_code icmpv6.ipv6_trunc_pkt icmpv6.ipv6_unknown_version icmpv6.mld_message_with_invalid_hl
        icmpv6.unassigned_type icmpv6.experimentation_type tcp.pkt_too_small tcp.hlen_too_small tcp.opt_invalid_len
        tcp.opt_duplicate tcp.opt_wscale_over_max udp.pkt_too_small udp.hlen_too_small udp.len_invalid
        sctp.pkt_too_small afpacket.trunc_pkt tcp.invalid_optlen
        """)

    static let stream = set(
        """
        3whs_ack_in_wrong_dir 3whs_async_wrong_seq 3whs_right_seq_wrong_ack_evasion 3whs_synack_in_wrong_direction
        3whs_synack_resend_with_different_ack 3whs_synack_resend_with_diff_seq 3whs_synack_toserver_on_syn_recv
        3whs_synack_with_wrong_ack 3whs_synack_flood 3whs_synack_tfo_data_ignored 3whs_syn_flood
        3whs_syn_resend_diff_seq_on_syn_recv 3whs_syn_toclient_on_syn_recv 3whs_wrong_seq_wrong_ack
        3whs_ack_data_inject 4whs_synack_with_wrong_ack 4whs_synack_with_wrong_syn 4whs_wrong_seq 4whs_invalid_ack
        closewait_ack_out_of_window closewait_fin_out_of_window closewait_pkt_before_last_ack closewait_invalid_ack
        closing_ack_wrong_seq closing_invalid_ack est_packet_out_of_window est_pkt_before_last_ack est_synack_resend
        est_synack_resend_with_different_ack est_synack_resend_with_diff_seq est_synack_toserver est_syn_resend
        est_syn_resend_diff_seq est_syn_toclient est_invalid_ack fin_invalid_ack fin1_ack_wrong_seq fin1_fin_wrong_seq
        fin1_invalid_ack fin2_ack_wrong_seq fin2_fin_wrong_seq fin2_invalid_ack fin_but_no_session fin_out_of_window
        fin_syn lastack_ack_wrong_seq lastack_invalid_ack rst_but_no_session rst_invalid_ack timewait_ack_wrong_seq
        timewait_invalid_ack shutdown_syn_resend pkt_invalid_timestamp pkt_invalid_ack pkt_broken_ack
        pkt_retransmission pkt_spurious_retransmission pkt_bad_window_update suspected_rst_inject
        reassembly_segment_before_base_seq reassembly_seq_gap reassembly_overlap_different_data
        reassembly_depth_reached wrong_thread reassembly_urgent_oob_limit_reached
        """)
}
