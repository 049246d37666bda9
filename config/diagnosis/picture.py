"""The picture of a database: one line for each thing on which the separation of the tenants rests.

It is read from the server's catalogue, which every role may read, and it is the same on every supported version of
PostgreSQL and whoever ran the migrations. `migrations/picture.txt` has the picture that the migrations make.
"""

import re
from pathlib import Path

from sqlalchemy import Connection

from clais.database.upgrade import MIGRATIONS

EXPECTED = MIGRATIONS / "picture.txt"

# Everything that the server itself made has an oid below 16384, and what it grants at first is in `pg_init_privs`, save
# USAGE on the schema information_schema for all, which the default of a type (`T`) says as well. The name of whoever
# ran the migrations does not matter. An extension is in the picture unless it is allowed, and then all that says it
# belongs to it is, except what its script makes: anything can be hidden in one. Of pg_stat_statements that is known to
# the letter: functions of its library, and views that read nothing else. Of btree_gist: functions of its library, and
# what is made of them. Citus makes hundreds of things: what has its names, in its schemas.
# Where the database is the owner role's own, as one of the documented ways makes it, that role has by itself what it is
# given elsewhere.
PARTS = r"""
WITH owner AS (
  SELECT oid, CASE WHEN rolname IN ('clais_app', 'clais_owner') THEN rolname
    WHEN rolsuper OR rolname = 'pg_database_owner' OR pg_has_role(oid, 'clais_owner', 'MEMBER') THEN 'an administrator'
    ELSE rolname END AS owner
  FROM pg_roles
), member AS (
  SELECT d.classid, d.objid, extname ~ '^citus' AS of_citus, extname = 'btree_gist' AS of_gist
  FROM pg_depend d JOIN pg_extension e ON e.oid = refobjid
  WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND extname ~ '^citus|^(pg_stat_statements|btree_gist)$'
), reading AS (
  SELECT ev_class, refobjid, EXISTS (
    SELECT 1 FROM member WHERE member.classid = 'pg_class'::regclass AND member.objid = refobjid) AS of_member
  FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
  WHERE refclassid = 'pg_class'::regclass AND refobjid >= 16384 AND refobjid <> ev_class
), schema AS (
  SELECT n.*, owner FROM pg_namespace n JOIN owner ON owner.oid = nspowner
  WHERE nspname = 'public' OR (n.oid >= 16384 AND nspname !~ '^pg_(toast_)?temp_[0-9]+$')
), relation AS (
  SELECT c.*, owner,
    CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN owner ON owner.oid = relowner
  LEFT JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid
  WHERE c.oid >= 16384 AND relkind <> 't' AND relpersistence <> 't' AND CASE
    WHEN objid IS NULL OR relkind NOT IN ('r', 'p', 'v', 'm', 'f', 'S') THEN true
    WHEN of_citus THEN relname !~ '^(citus|pg_dist)_|^time_partitions$' AND nspname !~ '^columnar'
      OR (relkind IN ('v', 'm') AND (pg_get_viewdef(c.oid) ~ '\mpg_(statistic|authid|user_mapping|subscription|largeob)'
        OR c.oid IN (SELECT ev_class FROM reading WHERE NOT of_member)))
    ELSE relkind <> 'v' OR regexp_replace(pg_get_viewdef(c.oid), '\s+', ' ', 'g')
      !~ '^ ?SELECT [a-z_0-9., ]+ FROM (pg_stat_statements(_info)?)\((true)?\) \1\([a-z_0-9, ]+\).$' END
), function AS (
  SELECT p.*, owner, p.oid::regprocedure::text AS name
  FROM pg_proc p JOIN owner ON owner.oid = proowner JOIN pg_language l ON l.oid = prolang
  LEFT JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid
  WHERE p.oid >= 16384 AND CASE WHEN objid IS NULL THEN true
    WHEN of_citus THEN prosecdef AND proname !~ '^(citus|master|worker)_'
    ELSE lanname <> 'c' OR probin NOT IN ('$libdir/pg_stat_statements', '$libdir/btree_gist') OR prosecdef END
), there AS (
  SELECT CASE WHEN typtype = 'd' THEN 'domain' ELSE 'type' END AS kind, 'pg_type'::regclass AS classid, oid
  FROM pg_type WHERE typrelid = 0 AND NOT (typcategory = 'A' AND typelem <> 0)
  UNION ALL SELECT 'statistics', 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext
  UNION ALL SELECT 'operator', 'pg_operator'::regclass, oid FROM pg_operator
  UNION ALL SELECT 'operator class', 'pg_opclass'::regclass, oid FROM pg_opclass
  UNION ALL SELECT 'cast', 'pg_cast'::regclass, oid FROM pg_cast
  UNION ALL SELECT 'collation', 'pg_collation'::regclass, oid FROM pg_collation
  UNION ALL SELECT 'conversion', 'pg_conversion'::regclass, oid FROM pg_conversion
  UNION ALL SELECT 'language', 'pg_language'::regclass, oid FROM pg_language
  UNION ALL SELECT 'access method', 'pg_am'::regclass, oid FROM pg_am
  UNION ALL SELECT 'foreign-data wrapper', 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'server', 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
  UNION ALL SELECT 'text search configuration', 'pg_ts_config'::regclass, oid FROM pg_ts_config
  UNION ALL SELECT 'text search dictionary', 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
), acl AS (
  SELECT 'TABLE ' || name AS on_what, '' AS column_name, relowner AS holder, relacl AS list FROM relation
  UNION ALL SELECT 'TABLE ' || name, quote_ident(attname), relowner, attacl
  FROM relation JOIN pg_attribute a ON attrelid = relation.oid WHERE attacl IS NOT NULL
  UNION ALL SELECT 'TABLE pg_toast of ' || name, '', t.relowner, t.relacl
  FROM relation JOIN pg_class t ON t.oid = relation.reltoastrelid
  UNION ALL SELECT 'SCHEMA ' || quote_ident(nspname), '', nspowner, coalesce(nspacl, acldefault('n', nspowner))
  FROM schema
  UNION ALL SELECT 'FUNCTION ' || name, '', proowner, coalesce(proacl, acldefault('f', proowner)) FROM function
  UNION ALL SELECT 'DATABASE', '', datdba, coalesce(datacl, acldefault('d', datdba))
  FROM pg_database WHERE datname = current_database()
  UNION ALL SELECT 'PARAMETER ' || parname, '', 10, paracl FROM pg_parameter_acl
), granted AS (
  SELECT on_what, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee,
    privilege_type || CASE column_name WHEN '' THEN '' ELSE ' (' || column_name || ')' END
    || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege
  FROM acl CROSS JOIN LATERAL aclexplode(list) x LEFT JOIN pg_roles r ON r.oid = x.grantee WHERE x.grantee <> holder
  UNION SELECT 'DATABASE', 'clais_owner', 'CONNECT' FROM pg_database
  WHERE datname = current_database() AND datdba = 'clais_owner'::regrole
  UNION SELECT 'SCHEMA public', 'clais_owner', 'CREATE' FROM schema JOIN pg_database ON datname = current_database()
  WHERE nspname = 'public' AND nspowner = 'pg_database_owner'::regrole AND datdba = 'clais_owner'::regrole
), of_the_server AS (
  SELECT 'FUNCTION ' || p.oid::regprocedure AS on_what, '' AS of_column, proacl AS list,
    coalesce(initprivs, acldefault('f', proowner)) AS at_first
  FROM pg_proc p LEFT JOIN pg_init_privs i ON i.objoid = p.oid AND i.classoid = 'pg_proc'::regclass
  WHERE p.oid < 16384 AND proacl IS NOT NULL
  UNION ALL SELECT 'TABLE ' || c.oid::regclass, '', relacl, coalesce(initprivs, acldefault('r', relowner))
  FROM pg_class c LEFT JOIN pg_init_privs i ON i.objoid = c.oid AND i.classoid = 'pg_class'::regclass AND objsubid = 0
  WHERE c.oid < 16384 AND relacl IS NOT NULL
  UNION ALL SELECT 'TABLE ' || attrelid::regclass, ' (' || quote_ident(attname) || ')', attacl, initprivs
  FROM pg_attribute a LEFT JOIN pg_init_privs i ON i.objoid = attrelid AND i.classoid = 'pg_class'::regclass
    AND objsubid = attnum
  WHERE attrelid < 16384 AND attacl IS NOT NULL
  UNION ALL SELECT 'SCHEMA ' || quote_ident(nspname), '', nspacl, coalesce(initprivs,
    acldefault(CASE nspname WHEN 'information_schema' THEN 'T' ELSE 'n' END::"char", nspowner))
  FROM pg_namespace n LEFT JOIN pg_init_privs i ON i.objoid = n.oid AND i.classoid = 'pg_namespace'::regclass
  WHERE n.oid < 16384 AND nspname <> 'public' AND nspacl IS NOT NULL
  UNION ALL SELECT 'TABLESPACE ' || quote_ident(spcname), '', spcacl, acldefault('t', spcowner)
  FROM pg_tablespace WHERE spcacl IS NOT NULL
)
"""
SCHEMA = """
SELECT 'schema ' || quote_ident(nspname) || ': owner ' || owner FROM schema
UNION ALL SELECT 'database: owner ' || CASE owner WHEN 'clais_owner' THEN 'an administrator' ELSE owner END
FROM pg_database JOIN owner ON owner.oid = datdba
WHERE datname = current_database()"""
RELATION = """
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
  WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'type' END
  || ' ' || name || ': owner ' || owner
  || CASE WHEN relkind NOT IN ('r', 'p') THEN ''
     WHEN relrowsecurity AND relforcerowsecurity THEN ', row security forced'
     WHEN relrowsecurity THEN ', row security, not for its owner' ELSE ', no row security' END
  || CASE relpersistence WHEN 'u' THEN ', unlogged' ELSE '' END
  || CASE WHEN relkind IN ('v', 'm') THEN ', ' || regexp_replace(pg_get_viewdef(oid), '\\s+', ' ', 'g') ELSE '' END
FROM relation WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')"""
COLUMN = """
SELECT 'column ' || name || '.' || quote_ident(attname) || ': ' || format_type(atttypid, atttypmod)
  || CASE WHEN attcollation NOT IN (0, typcollation) THEN ' COLLATE ' || attcollation::regcollation::text ELSE '' END
  || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
  || CASE attidentity WHEN '' THEN '' ELSE ' IDENTITY ' || attidentity::text END
  || coalesce(CASE attgenerated WHEN '' THEN ' DEFAULT ' ELSE ' GENERATED ' END || pg_get_expr(adbin, adrelid), '')
FROM relation JOIN pg_attribute a ON attrelid = relation.oid JOIN pg_type t ON t.oid = atttypid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped"""
CONSTRAINT = """
SELECT 'constraint ' || name || '.' || quote_ident(conname) || ': ' || pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN relation ON relation.oid = conrelid WHERE contype IN ('p', 'u', 'c', 'f', 'x')"""
INDEX = """
SELECT 'index ' || quote_ident(i.relname) || ': ' || pg_get_indexdef(indexrelid)
  || CASE WHEN indisvalid THEN '' ELSE ', not valid' END
FROM pg_index JOIN relation ON relation.oid = indrelid JOIN pg_class i ON i.oid = indexrelid"""
POLICY = """
SELECT 'policy ' || name || '.' || quote_ident(polname) || ': AS '
  || CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END || ' FOR '
  || CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
     ELSE 'ALL' END
  || ' TO ' || (SELECT string_agg(coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ' ORDER BY r.rolname)
                FROM unnest(polroles) AS polrole LEFT JOIN pg_roles r ON r.oid = polrole)
  || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '')
  || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '')
FROM pg_policy JOIN relation ON relation.oid = polrelid"""
GRANT = """
SELECT 'grant ON ' || on_what || ' TO ' || grantee || ': '
  || string_agg(privilege, ', ' ORDER BY privilege COLLATE "C") FROM granted GROUP BY on_what, grantee"""
GRANT_OF_THE_SERVER = """
SELECT 'grant ON ' || on_what || ' TO ' || coalesce(r.rolname, 'PUBLIC') || ': '
  || string_agg(x.privilege_type || of_column, ', ' ORDER BY x.privilege_type || of_column COLLATE "C")
FROM of_the_server CROSS JOIN LATERAL aclexplode(list) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE (x.grantee = 0 OR r.rolname = 'clais_app') AND NOT EXISTS (
  SELECT 1 FROM aclexplode(at_first) f WHERE f.privilege_type = x.privilege_type AND f.grantee IN (0, x.grantee))
GROUP BY on_what, r.rolname"""
DEFAULT_GRANT = """
SELECT 'default privileges of ' || quote_ident(r.rolname) || ' on ' || defaclobjtype::text || ': ' || defaclacl::text
FROM pg_default_acl JOIN pg_roles r ON r.oid = defaclrole"""
FUNCTION = """
SELECT 'function ' || name || ': owner ' || owner || ', ' || lanname
  || CASE WHEN prosecdef THEN ', SECURITY DEFINER' ELSE '' END || coalesce(', SET ' || proconfig::text, '')
  || ', ' || provolatile::text || ', ' || md5(coalesce(prosrc, ''))
FROM function JOIN pg_language l ON l.oid = prolang
UNION ALL SELECT 'changed function ' || p.oid::regprocedure || ': ' || concat_ws(', ', lanname,
  CASE WHEN prosecdef THEN 'SECURITY DEFINER' END, 'SET ' || proconfig::text)
FROM pg_proc p JOIN pg_language l ON l.oid = prolang
WHERE p.oid < 16384 AND (prosecdef OR proconfig IS NOT NULL OR (
  lanname NOT IN ('internal', 'c') AND prosqlbody IS NULL AND prosrc <> 'see system_functions.sql'
  AND proname NOT IN ('anytextcat', 'textanycat', 'quote_literal', 'quote_nullable', '_pg_expandarray')))"""
TRIGGER = """
SELECT 'trigger ' || name || '.' || quote_ident(tgname) || ': ' || pg_get_triggerdef(t.oid)
  || CASE tgenabled WHEN 'O' THEN '' ELSE ', state ' || tgenabled::text END
FROM pg_trigger t JOIN relation ON relation.oid = tgrelid WHERE NOT tgisinternal
UNION ALL SELECT 'foreign keys ON ' || name || ': not enforced' FROM relation
WHERE EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = relation.oid AND tgisinternal AND tgenabled <> 'O')"""
RULE = """
SELECT 'rule ' || name || '.' || quote_ident(rulename) || ': ' || pg_get_ruledef(w.oid)
FROM pg_rewrite w JOIN relation ON relation.oid = ev_class WHERE rulename <> '_RETURN'"""
BESIDES = """
SELECT 'extension ' || quote_ident(extname) || ': there' FROM pg_extension
WHERE extname NOT IN ('plpgsql', 'citus', 'citus_columnar', 'pg_stat_statements', 'btree_gist')
UNION ALL SELECT 'event trigger ' || quote_ident(evtname) || ': ' || evtevent || ', ' || evtfoid::regprocedure
FROM pg_event_trigger WHERE NOT EXISTS (
  SELECT 1 FROM member WHERE of_citus AND classid = 'pg_event_trigger'::regclass AND objid = pg_event_trigger.oid)
UNION ALL SELECT 'subscription ' || quote_ident(subname) || ': there' FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL SELECT 'publication ' || quote_ident(pubname) || ': there' FROM pg_publication
UNION ALL SELECT 'large object ' || oid::text || ': there' FROM pg_largeobject_metadata
UNION ALL SELECT 'inheritance ' || child.name || ': from ' || relation.name
FROM pg_inherits JOIN relation ON relation.oid = inhparent JOIN relation child ON child.oid = inhrelid
UNION ALL SELECT there.kind || ' ' || identity || ': there'
FROM there CROSS JOIN LATERAL pg_identify_object(classid, oid, 0) WHERE oid >= 16384 AND NOT EXISTS (
  SELECT 1 FROM member WHERE (of_citus OR of_gist) AND member.classid = there.classid AND objid = there.oid)
UNION ALL SELECT 'changed view ' || ev_class::regclass || ': reads ' || refobjid::regclass
FROM reading WHERE ev_class < 16384"""
ROLE = """
SELECT 'role ' || rolname || ': ' || concat_ws(' ',
  CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
  CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
  CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END,
  CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
  CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
  CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END)
FROM pg_roles WHERE rolname IN ('clais_app', 'clais_owner')
UNION ALL SELECT 'validity of ' || rolname || ': until ' || rolvaliduntil
FROM pg_roles WHERE rolname = 'clais_app' AND rolvaliduntil < 'infinity'
UNION ALL SELECT 'membership of ' || m.rolname || ' in ' || quote_ident(g.rolname) || ': there'
FROM pg_auth_members JOIN pg_roles m ON m.oid = member JOIN pg_roles g ON g.oid = roleid
WHERE m.rolname IN ('clais_app', 'clais_owner')"""
# An administrator may set what changes neither the meaning of a statement nor what it may do. That
# `synchronous_commit` is loose the doctor says itself.
SETTING = """
SELECT 'setting ' || split_part(entry, '=', 1) || CASE WHEN setrole = 0 THEN '' ELSE ' of clais_app' END
  || ': ' || substr(entry, strpos(entry, '=') + 1)
FROM pg_db_role_setting CROSS JOIN LATERAL unnest(setconfig) AS entry
WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND setrole IN (0, 'clais_app'::regrole) AND split_part(lower(entry), '=', 1) <> ALL (ARRAY[
  'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout',
  'transaction_timeout', 'tcp_user_timeout', 'client_connection_check_interval', 'timezone', 'application_name',
  'client_min_messages', 'synchronous_commit', 'work_mem', 'maintenance_work_mem', 'temp_file_limit', 'jit',
  'effective_cache_size', 'random_page_cost', 'default_statistics_target'])
  AND lower(entry) !~ '^(log_|lc_|citus[.]|pg_stat_statements[.])'"""

QUESTIONS = (
    SCHEMA, RELATION, COLUMN, CONSTRAINT, INDEX, POLICY, GRANT, GRANT_OF_THE_SERVER, DEFAULT_GRANT, FUNCTION, TRIGGER,
    RULE, BESIDES, ROLE, SETTING,
)  # fmt: skip


def picture(connection: Connection) -> list[str]:
    """The lines of the database of `connection`, sorted: kind and name, a colon, facts.

    Names are written as seen from the schema public until the transaction ends.
    """
    connection.exec_driver_sql("SET LOCAL search_path = public")
    lines: list[str] = []
    for question in QUESTIONS:
        lines += connection.exec_driver_sql(f"{PARTS}{question}").scalars()
    return sorted(settled(" ".join(line.split())) for line in lines)


def settled(line: str) -> str:
    """A line without what a dump and a restore write otherwise: the casts of a list of texts in a condition."""
    return re.sub(r"::character varying|::text(\[\])?|[()]", "", line) if "ARRAY[" in line else line


def expected(path: Path = EXPECTED) -> list[str]:
    """The lines that the migrations make."""
    return path.read_text().splitlines()
