internal import Primitives

/// Words of the SQL dialects and what they are to the judgement.
enum SQLWords {
    static func kind(_ word: Bytes) -> SQLKind { SQLKind(rawValue: table.value(word)) ?? .none }

    private static let table = WordTable([
        (SQLKind.logic.rawValue, "or and xor"),
        (SQLKind.not.rawValue, "not"),
        (SQLKind.comparison.rawValue, "like rlike regexp ilike glob between in is sounds similar match div mod"),
        (SQLKind.constant.rawValue, "null true false current_user session_user sysdate current_timestamp unknown"),
        (SQLKind.union.rawValue, "union intersect except minus"),
        (SQLKind.select.rawValue, "select"),
        (
            SQLKind.statement.rawValue,
            """
            insert update delete drop create alter truncate exec execute declare shutdown merge replace grant revoke \
            call waitfor handler rename backup restore load copy attach pragma set begin print do prepare use kill if \
            iif
            """
        ),
        (SQLKind.from.rawValue, "from"), (SQLKind.into.rawValue, "into"), (SQLKind.order.rawValue, "order group"),
        (SQLKind.having.rawValue, "having where"), (SQLKind.by.rawValue, "by"), (SQLKind.caseWord.rawValue, "case"),
        (SQLKind.when.rawValue, "when"), (SQLKind.then.rawValue, "then"), (SQLKind.end.rawValue, "end else"),
        (
            SQLKind.word.rawValue,
            """
            limit offset table values database as all distinct distinctrow top procedure function view join inner left \
            right outer on using collate binary escape asc desc user login index schema trigger column for delay time
            """
        ),
        (
            SQLKind.function.rawValue,
            """
            abs ascii ascii_str avg bin bin_to_uuid bit_length cast ceil ceiling char char_length charindex chr \
            coalesce concat concat_ws conv convert count crc32 current_database database date_format db_name db_id \
            decode dump elt encode exp field find_in_set floor format from_base64 getdate greatest group_concat hex \
            host_name ifnull insert instr is_srvrolemember isnull json_array json_extract json_object json_search \
            lcase least left len length listagg ln locate log lower lpad ltrim make_set max md5 mid min mod now nullif \
            nvl object_id oct ord patindex position pow power quarter query_to_xml quote rand random randomblob \
            regexp_replace repeat replace reverse right round row_to_json rpad rtrim schema schema_name sha sha1 sha2 \
            sign soundex space sqlite_version sqrt std stdev str strcmp string_agg stuff substr substring \
            substring_index sum suser_name suser_sname system_user sys_context to_base64 to_char to_number trim \
            truncate typeof ucase unhex unicode upper user user_name uuid version xmlelement xmlagg iif if \
            database_to_xml lo_get lo_import quote_ident
            """
        ),
    ])

    /// Functions that no application puts into a value: they wait, fail on purpose, read files or reach out.
    static let telling = WordTable([
        (
            1,
            """
            sleep pg_sleep pg_sleep_for pg_sleep_until benchmark extractvalue updatexml load_file xp_cmdshell \
            xp_dirtree xp_fileexist xp_regread load_extension gtid_subset gtid_subtract name_const polygon multipoint \
            multipolygon geometrycollection linestring multilinestring procedure_analyse dbms_pipe.receive_message \
            dbms_lock.sleep dbms_session.sleep utl_http.request utl_inaddr.get_host_address utl_inaddr.get_host_name \
            xmltype ctxsys.drithsx.sn dbms_xmlgen.getxml dbms_ldap.init dbms_java.runjava httpuritype pg_read_file \
            pg_ls_dir lo_import lo_export lo_get query_to_xml database_to_xml sys_eval sys_exec openrowset \
            opendatasource fn_xe_file_target_read_file fn_get_audit_file fn_trace_gettable is_srvrolemember \
            sp_password sp_executesql sp_oacreate sp_makewebtask sp_configure randomblob json_search current_setting \
            pg_current_logfile dblink
            """
        )
    ])

    /// Names of catalogues that name themselves.
    static let catalogues: [StaticString] = [
        "information_schema", "sqlite_master", "sqlite_schema", "pg_catalog", "pg_shadow", "pg_tables", "pg_user",
        "sysobjects", "syscolumns", "sysdatabases", "sys.tables", "sys.objects", "sys.databases", "master..sys",
        "mysql.user", "mysql.db", "mysql.innodb", "msysaccessobjects", "msysobjects", "msysqueries", "all_tables",
        "user_tables", "dba_users", "all_users", "v$version", "sysibm.", "syscat.", "rdb$", "performance_schema",
        "domain.domains", "sysmaster:", "master.dbo", "sysusers", "sys.user$", "msdasql",
    ]
}
