"""What is wrong with a file before anybody asks what it says."""

from __future__ import annotations

from unit.broken_configurations.case import Case, Expected, case, unreadable

CASES: tuple[Case, ...] = (
    unreadable("empty", b"", 1, "empty", "extends: defaults"),
    unreadable("only-comments", b"# nothing\n", 1, "empty"),
    unreadable("not-a-map", b"- a\n- b\n", 1, "map of keys to values"),
    unreadable("only-text", b"dev\n", 1, "map of keys to values"),
    unreadable("tab", b"extends: _base\nmwaa:\n\tschedulers: 2\n", 3, "tab", "spaces"),
    unreadable("latin-1", "extends: _base\ntags:\n  owner: Zoë\n".encode("latin-1"), 3, "UTF-8"),
    unreadable("utf-16", "extends: _base\n".encode("utf-16"), 1, "UTF-8"),
    unreadable("control-character", b"extends: _base\nregion: eu\x01\n", 2, "control character"),
    unreadable("two-documents", b"extends: _base\n---\nregion: eu-west-1\n", 2, "more than one document"),
    unreadable("open-bracket", b"extends: _base\ntags: {owner: [a\nregion: eu-west-1\n", 3, "not valid YAML"),
    unreadable("open-quote", b'extends: _base\nregion: "eu-west-1\n', 3, "not valid YAML"),
    unreadable("colon-in-text", b"extends: _base\ntags:\n  owner: team: data\n", 3, "not valid YAML", "quote"),
    unreadable("alias-without-anchor", b"extends: _base\ntags: *common\n", 2, "alias", "anchor"),
    unreadable("circular-alias", b"extends: _base\ntags: &a {x: *a}\n", 2, "nests deeper"),
    unreadable(
        "multiplying-aliases",
        b"a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 10)) for i in range(8)),
        1,
        "10000 values",
    ),
    unreadable("deep-nesting", b"extends: _base\ntags: " + b"[" * 20_000 + b"]" * 20_000, 2, "50 levels"),
    unreadable("large", b"extends: _base\n" + b"#" * 300_000, 1, "larger than 256 KiB"),
    case(
        "key-twice",
        """
        region: eu-west-1
        mwaa:
          schedulers: 2
          schedulers: 3  #! mwaa.schedulers | written twice | line 4
        """,
    ),
    case("no-value", "mwaa:  #! mwaa | has no value | null\nregion: eu-west-1\n"),
    case("list-as-key", "tags:\n  [a, b]: c  #! tags | plain text\n"),
    case("yaml-tag", "region: !!python/object:os.system eu-west-1  #! region | tags\n"),
    case("merge-key", "tags: &tags {owner: me}\n<<: *tags  #! << | unknown key | extends\n"),
    case("unknown-key", "regoin: eu-west-1  #! regoin | unknown key | did you mean region?\n"),
    case("unknown-key-inside", "mwaa:\n  max_worker: 3  #! mwaa.max_worker | did you mean max_workers?\n"),
    case("key-of-another-section", "max_workers: 3  #! max_workers | it belongs to mwaa\n"),
    case(
        "argument-of-terraform",
        """
        mwaa:
          kms_key: create  #! mwaa.kms_key | encryption.kms_key
          worker_replacement_strategy: GRACEFUL  #! mwaa.worker_replacement_strategy | 6.11
          source_bucket_arn: arn:aws:s3:::mine  #! mwaa.source_bucket_arn | bucket.name
        """,
    ),
    case("unknown-key-set-to-null", "bucket:\n  nmae: null  #! bucket.nmae | did you mean name?\n"),
    case("name-in-file", "name: dev  #! name | the file's name\n"),
    case(
        "three-mistakes",
        """
        mwaa:
          environment_class: mw1.tiny  #! mwaa.environment_class | mw1.micro, mw1.small
          weekly_maintenance_window_start: "SUN:03:15"  #! mwaa.weekly_maintenance_window_start | SUN:03:00
        network:
          vpc_cidr: 10.10.0.0/8  #! network.vpc_cidr | /16 to /24
        """,
    ),
    case(
        "a-mistake-in-a-value-and-one-between-values",
        """
        mwaa:
          environment_class: mw1.micro
          max_workers: 3  #! mwaa.max_workers | mw1.micro has 1 worker
          log_retention_in_days: 31  #! mwaa.log_retention_in_days | the nearest is 30
        """,
    ),
    case(
        "mistakes-of-every-kind",
        """
        account_id: 4444  #! account_id | 12 digits
        mwaa:
          airflow_version: 2.10  #! mwaa.airflow_version | in quotes
          airflow_configuration_options:
            celery.worker_concurrency: "4"  #! ...celery.worker_concurrency | no effect
        network:
          vpc_cidr: 10.10.0.0/16  #! network.vpc_cidr | overlaps
        artifacts:
          startup_script: missing.sh  #! artifacts.startup_script | no file
        """,
        stage="extends: _base\n",
    ),
    case("extends-unknown", "extends: default  #! extends | envs/default.yaml | did you mean defaults?", defaults="{}"),
    case("extends-with-suffix", "extends: _base.yaml  #! extends | did you mean _base?"),
    case("extends-outside", "extends: ../secrets  #! extends | there is no envs/../secrets.yaml"),
    case("extends-itself", "extends: dev  #! extends | circle | dev > dev"),
    case("extends-a-list", "extends: [_base, dev]  #! extends | one file"),
    case("extends-in-a-circle", "extends: a\n", a="extends: b\n", b="extends: dev  #! extends | dev > a > b > dev\n"),
    case("mistake-in-the-parent", "extends: a\n", a="extends: _base\nregion: europe  #! region | eu-west-1\n"),
    Case(
        "broken-parent",
        {"envs/dev.yaml": b"extends: a\n", "envs/a.yaml": b"a: [\n"},
        (Expected("envs/a.yaml", 2, "", ("not valid YAML",)),),
    ),
)
